import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../byte-source.ts';
import { probe } from '../../probe.ts';

const read = (bytes: Uint8Array | string) =>
  probe(memorySource(Buffer.from(bytes as string, 'latin1')), 'a.pdf');

/** Objects, a table of where they are, and a trailer. */
function withTable(objects: string[], trailer = '', version = '1.4'): string {
  let text = `%PDF-${version}\n`;
  const places = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const entries = places.map(at => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const xref = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  return `${text}${xref}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`;
}

const CATALOG = '<< /Type /Catalog /Pages 2 0 R >>';
const tree = (count: number) =>
  `<< /Type /Pages /Count ${count} /Kids [3 0 R] /MediaBox [0 0 595.28 841.89] % (a comment)\n /Note (a \\) (string)) >>`;
const PAGE = '<< /Type /Page /Parent 2 0 R /Rotate -90 >>';

/** The tree of pages in an object stream, and the cross-reference as a stream with a predictor. */
function withStreams(): Buffer {
  const objects = [CATALOG, tree(7), PAGE];
  let places = '';
  let content = '';
  for (const [i, object] of objects.entries()) {
    places += `${i + 1} ${content.length} `;
    content += `${object} `;
  }
  const packed = deflateSync(Buffer.from(places + content, 'latin1'));
  const before = `%PDF-1.5\n4 0 obj\n<< /Type /ObjStm /N 3 /First ${places.length} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`;
  const body = Buffer.concat([Buffer.from(before), packed, Buffer.from('\nendstream\nendobj\n')]);
  const rows = [
    [0, 0, 0],
    [2, 4, 0],
    [2, 4, 1],
    [2, 4, 2],
    [1, 9, 0],
    [1, body.length, 0],
  ];
  const plain = rows.map(([kind, where, index]) => [kind!, where! >> 8, where! & 255, index!]);
  const predicted = plain.flatMap((row, i) => [
    2,
    ...row.map((byte, at) => (byte - (plain[i - 1]?.[at] ?? 0)) & 255),
  ]);
  const xref = deflateSync(Uint8Array.from(predicted));
  const end = `5 0 obj\n<< /Type /XRef /W [1 2 1] /Size 6 /Root 1 0 R /Filter [/FlateDecode] /DecodeParms [<< /Predictor 12 /Columns 4 >>] /Length ${xref.length} >>\nstream\r\n`;
  return Buffer.concat([
    body,
    Buffer.from(end),
    xref,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${body.length}\n%%EOF`),
  ]);
}

describe('PDF', () => {
  test('a table of objects', async () => {
    const { facts, warnings, spent } = await read(withTable([CATALOG, tree(12), PAGE]));
    expect(facts).toMatchObject({
      kind: 'pdf',
      pages: 12,
      width: 595,
      height: 842,
      rotation: 270,
      brand: '1.4',
    });
    expect(warnings).toEqual([]);
    expect(spent.requests).toBe(1);
  });

  test('object streams', async () => {
    expect((await read(withStreams())).facts).toMatchObject({
      pages: 7,
      width: 595,
      height: 842,
      brand: '1.5',
    });
  });

  test('a later part of the file replaces objects and names the older part', async () => {
    const first = withTable([CATALOG, tree(12), PAGE]);
    const old = first.slice(first.lastIndexOf('startxref')).split('\n')[1]!;
    const at = first.length;
    const added = `2 0 obj\n${tree(13)}\nendobj\n`;
    const xref = `xref\n2 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<< /Root 1 0 R /Prev ${old} >>\nstartxref\n${at + added.length}\n%%EOF`;
    expect((await read(first + added + xref)).facts.pages).toBe(13);
  });

  test('of a file for the network, the head is enough', async () => {
    const file = withTable([
      '<< /Linearized 1 /L 000000 /O 4 /N 99 >>',
      tree(1),
      CATALOG,
      PAGE.replace('2 0 R', '2 0 R /MediaBox [0 0 100 50]'),
    ]);
    // The first cross-reference stands behind the parameters; here the only one is moved there.
    const begin = file.indexOf('2 0 obj');
    const xref = file.slice(file.lastIndexOf('xref\n0'), file.lastIndexOf('startxref'));
    const shifted = xref
      .replace(/(\d{10}) 00000 n/g, (entry, at) =>
        Number(at) < begin ? entry : `${String(Number(at) + xref.length).padStart(10, '0')} 00000 n`,
      )
      .replace('/Root 1', '/Root 3');
    const moved = file.slice(0, begin) + shifted + file.slice(begin, file.lastIndexOf('xref\n0'));
    const padded = moved.replace('/L 000000', `/L ${moved.length + 300_000}`) + ' '.repeat(300_000);
    const { facts, spent } = await read(padded);
    expect(facts).toMatchObject({ pages: 99, width: 100, height: 50 });
    expect(spent.requests).toBe(1);
  });

  test('what is encrypted is marked, and its pages are known', async () => {
    const { facts, warnings } = await read(
      withTable([CATALOG, tree(3), PAGE], '/Encrypt << /Filter /Standard >>'),
    );
    expect(facts.pages).toBe(3);
    expect(warnings).toMatchObject([{ code: 'encrypted' }]);
  });

  test('a damaged cross-reference is mended by pdf.js', async () => {
    const damaged = withTable([CATALOG, tree(1), `${PAGE}`]).replace(/startxref\n\d+/, 'startxref\n7');
    expect((await read(damaged)).facts).toMatchObject({ pages: 1, width: 595, height: 842, rotation: 270 });
  });

  test.each([
    ['a tree of pages without an end', withTable([CATALOG, '<< /Count 2 /Kids [2 0 R] >>'])],
    [
      'cross-references that lead to each other',
      withTable([CATALOG], '/Prev 200').replace('/Root 1', '/Root 9'),
    ],
    ['deep nesting', withTable(['['.repeat(100_000)])],
    ['a string that does not end', withTable([`(${'a'.repeat(100_000)}`])],
    ['nothing but its mark', '%PDF-1.7'],
  ])('%s: an error in bounded time', async (_, file) => {
    await expect(read(file)).rejects.toMatchObject({ name: 'ProbeError' });
  });

  test('a bomb in a cross-reference stream is not made', async () => {
    const bomb = deflateSync(Buffer.alloc(200 << 20));
    const head = `%PDF-1.5\n1 0 obj\n<< /Type /XRef /W [1 8 8] /Size 10000000 /Root 2 0 R /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n`;
    const file = Buffer.concat([
      Buffer.from(head),
      bomb,
      Buffer.from('\nendstream\nendobj\nstartxref\n9\n%%EOF'),
    ]);
    const before = process.memoryUsage().arrayBuffers;
    await expect(read(file)).rejects.toMatchObject({ name: 'ProbeError' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 << 20);
  });
});
