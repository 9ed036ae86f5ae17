import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';
import { dicomFile, elementBytes, SYNTAX, type TestElement, type TestFile } from '../testing/dicom-bytes.ts';

const STUDY = '1.2.3.4';
const picture: TestElement[] = [
  [0x00080018, 'UI', '1.2.3.4.5.6'],
  [0x00080060, 'CS', 'MR'],
  [0x0020000d, 'UI', STUDY],
  [0x0020000e, 'UI', '1.2.3.4.5'],
  [0x00200013, 'IS', '17'],
  [0x00280004, 'CS', 'MONOCHROME2'],
  [0x00280010, 'US', 48],
  [0x00280011, 'US', 64],
  [0x00280100, 'US', 16],
  [0x00280101, 'US', 12],
  [0x7fe00010, 'OW', new Uint8Array(64 * 48 * 2)],
];
const facts = {
  mediaType: 'application/dicom',
  kind: 'dicom',
  width: 64,
  height: 48,
  bitDepth: 12,
  frames: 1,
  framesExact: true,
  modality: 'MR',
  studyUid: STUDY,
  seriesUid: '1.2.3.4.5',
  instanceUid: '1.2.3.4.5.6',
  instanceNumber: 17,
  pixelFormat: 'MONOCHROME2',
};
const read = (bytes: Uint8Array, name = 'a.dcm') => probe(memorySource(bytes), name);
const withElements = (...more: TestElement[]) => [...picture, ...more].sort(([a], [b]) => a - b);

describe('DICOM', () => {
  test.each<[string, TestFile]>([
    ['implicit', { transferSyntax: SYNTAX.implicit }],
    ['explicit', { transferSyntax: SYNTAX.explicit }],
    ['deflated', { transferSyntax: SYNTAX.deflated }],
    ['big-endian', { transferSyntax: SYNTAX.bigEndian }],
    ['without a preamble', { transferSyntax: SYNTAX.explicit, preamble: false }],
    [
      'implicit without a preamble and meta elements',
      { transferSyntax: SYNTAX.implicit, preamble: false, meta: false },
    ],
    [
      'big-endian without a preamble and meta elements',
      { transferSyntax: SYNTAX.bigEndian, preamble: false, meta: false },
    ],
  ])('%s', async (_, file) => {
    const found = await read(dicomFile(file, picture), 'series/1');
    expect(found.facts).toMatchObject({ ...facts, codec: file.meta === false ? null : file.transferSyntax });
    expect(found.warnings).toEqual([]);
  });

  test('a picture of several frames has times', async () => {
    const frames = withElements([0x00280008, 'IS', '30'], [0x00181063, 'DS', '40']);
    expect((await read(dicomFile({ transferSyntax: SYNTAX.explicit }, frames))).facts).toMatchObject({
      frames: 30,
      fps: 25,
      frameRate: 'constant',
      durationSeconds: 1.2,
    });
  });

  test('personal data is named, and never repeated', async () => {
    const named = withElements(
      [0x00100010, 'PN', 'Doe^Jane'],
      [0x00100020, 'LO', 'secret-7'],
      [0x00100030, 'DA', ''],
    );
    const { warnings } = await read(dicomFile({ transferSyntax: SYNTAX.implicit }, named));
    expect(warnings).toEqual([
      { code: 'personal_data', message: "The DICOM header holds personal data: patient's name, patient ID." },
    ]);
  });

  test('large values are stepped over, not read', async () => {
    const large = withElements([0x00091001, 'OB', new Uint8Array(3 << 20)]);
    const { facts: found, spent } = await read(dicomFile({ transferSyntax: SYNTAX.explicit }, large));
    expect(found).toMatchObject(facts);
    expect(spent).toMatchObject({ requests: 2 });
    expect(spent.bytes).toBeLessThan(200_000);
  });

  test('sequences of unknown length are stepped over, however deep they nest', async () => {
    const ends = (tag: number) => elementBytes([tag, 'UN', new Uint8Array()], true, true);
    const begin = Buffer.concat([
      elementBytes([0xfffee000, 'UN*', new Uint8Array()], true, true),
      elementBytes([0x00081032, 'SQ*', new Uint8Array()], true, true),
    ]);
    const end = Buffer.concat([ends(0xfffee0dd), ends(0xfffee00d)]);
    const depth = 50_000;
    const nested = Buffer.concat([...Array(depth).fill(begin), ...Array(depth).fill(end), ends(0xfffee0dd)]);
    const file = dicomFile({ transferSyntax: SYNTAX.explicit }, withElements([0x00081111, 'SQ*', nested]));
    expect((await read(file)).facts).toMatchObject(facts);
  });

  test('a file that ends in its header gives what it has, with a warning', async () => {
    const cut = dicomFile({ transferSyntax: SYNTAX.explicit }, picture).subarray(0, 220);
    const found = await read(cut);
    expect(found.facts).toMatchObject({ modality: 'MR', width: null });
    expect(found.warnings).toMatchObject([{ code: 'truncated' }]);
  });

  test('any number of elements in any encoding gives the same facts', async () => {
    const elements = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 0xfff }), fc.uint8Array({ maxLength: 3000 })),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(
        elements,
        fc.constantFrom(...Object.values(SYNTAX)),
        async (privates, transferSyntax) => {
          const more = new Map(
            privates.map(([number, bytes]) => [0x00091000 + number, bytes.subarray(0, bytes.length & ~1)]),
          );
          const file = dicomFile(
            { transferSyntax },
            withElements(...[...more].map(([tag, bytes]): TestElement => [tag, 'OB', bytes])),
          );
          expect((await read(file)).facts).toMatchObject(facts);
        },
      ),
      { numRuns: 40 },
    );
  });
});
