import { expect, test } from 'vitest';
import { DEFAULT_BUDGET } from '../budget.ts';
import { memorySource } from '../byte-source.ts';
import { RangeReader } from '../range-reader.ts';
import { dicomFile, elementBytes, SYNTAX, type TestElement } from '../testing/dicom-bytes.ts';
import { middleDicomFrame } from './dicom-pixels.ts';

const described: TestElement[] = [
  [0x00280002, 'US', 1],
  [0x00280004, 'CS', 'MONOCHROME2'],
  [0x00280008, 'IS', '3'],
  [0x00280010, 'US', 4],
  [0x00280011, 'US', 8],
  [0x00280100, 'US', 8],
  [0x00281050, 'DS', '40\\80'],
  [0x00281051, 'DS', '400\\2000'],
  [0x00281052, 'DS', '-1024'],
  [0x00281053, 'DS', '2'],
];
const openFile = (file: Uint8Array) =>
  new RangeReader(memorySource(file), DEFAULT_BUDGET, new AbortController().signal);
const item = (content: Uint8Array) => elementBytes([0xfffee000, 'UN', content], true, true);
const end = elementBytes([0xfffee0dd, 'UN', new Uint8Array()], true, true);

test('the middle frame of plain pixels, and how to show it', async () => {
  const pixels = Uint8Array.from({ length: 96 }, (_, i) => i);
  const file = dicomFile({ transferSyntax: SYNTAX.explicit }, [...described, [0x7fe00010, 'OB', pixels]]);
  const frame = await middleDicomFrame(openFile(file));
  expect(frame).toMatchObject({
    index: 1,
    width: 8,
    height: 4,
    isCompressed: false,
    window: { center: 40, width: 400 },
    rescale: { slope: 2, intercept: -1024 },
  });
  const [{ offset, length }] = frame!.ranges as [{ offset: number; length: number }];
  expect([...file.subarray(offset, offset + length)]).toEqual([...pixels.subarray(32, 64)]);
});

const pictures = ['first picture.', 'the second one', 'and a third...'].map(text => Buffer.from(text));

test.each([
  ['one fragment a frame', new Uint8Array(), pictures, ['the second one']],
  [
    'frames of several fragments, by their table',
    new Uint8Array(Uint32Array.of(0, 22, 66).buffer),
    [pictures[0]!, pictures[1]!, pictures[1]!, pictures[2]!],
    ['the second one', 'the second one'],
  ],
])('compressed frames: %s', async (_, table, fragments, wanted) => {
  const content = Buffer.concat([item(table), ...fragments.map(item), end]);
  const file = dicomFile({ transferSyntax: SYNTAX.jpeg }, [...described, [0x7fe00010, 'OB*', content]]);
  const frame = await middleDicomFrame(openFile(file));
  expect(frame).toMatchObject({ isCompressed: true, transferSyntax: SYNTAX.jpeg });
  expect(frame!.ranges.map(({ offset, length }) => file.toString('latin1', offset, offset + length))).toEqual(
    wanted,
  );
});

test('no frame where its bytes cannot be told', async () => {
  const split = Buffer.concat([item(new Uint8Array()), ...[...pictures, ...pictures].map(item), end]);
  for (const pixels of [
    [0x7fe00010, 'OB*', split],
    [0x7fe00010, 'OB', new Uint8Array(40)],
    [0x7fe10010, 'OB', new Uint8Array(96)],
  ] satisfies TestElement[]) {
    const file = dicomFile({ transferSyntax: SYNTAX.explicit }, [...described, pixels]);
    expect(await middleDicomFrame(openFile(file))).toBeNull();
  }
});
