import { expect, test } from 'vitest';
import { CopiedRows } from './copied-rows.ts';
import { CopyValues } from './copy-rows.ts';
import { Numbers, Texts, Times, Wholes } from './vectors.ts';

const HEADER = Buffer.alloc(19);
const END = Buffer.from([0xff, 0xff]);
const ROWS = [
  { text: 'a', whole: 0, time: new Date('2026-01-02T03:04:05.678Z') },
  { text: null, whole: -1, time: new Date('1969-12-31T23:59:59.999Z') },
  { text: '日本'.repeat(50), whole: Number.MAX_SAFE_INTEGER, time: new Date('1999-12-31T00:00:00Z') },
  { text: '', whole: -(2 ** 40), time: new Date('2100-01-01T00:00:00Z') },
];

test('rows are the same however the answer is cut into pieces', () => {
  const values = new CopyValues();
  for (const { text, whole, time } of ROWS) {
    values.beginRow();
    values.text(text);
    values.int8(whole);
    values.time(time);
    values.text(null);
  }
  const bytes = Buffer.concat([HEADER, Buffer.from(values.take()), END]);
  for (let size = 1; size <= bytes.length; size++) {
    const [texts, wholes, times, numbers] = [new Texts(4), new Wholes(4), new Times(4), new Numbers(4)];
    const rows = new CopiedRows([texts, wholes, times, numbers]);
    for (let at = 0; at < bytes.length; at += size) rows.add(bytes.subarray(at, at + size));
    expect(rows.length).toBe(ROWS.length);
    const found = ROWS.map((_, row) => ({
      text: texts.get(row),
      whole: wholes.get(row),
      time: new Date(times.get(row)!),
    }));
    expect(found).toEqual(ROWS);
    expect(ROWS.map((_, row) => numbers.get(row))).toEqual([null, null, null, null]);
  }
});
