import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';
import { endOfJson } from './json-scan.ts';

const read = (text: string) => probe(memorySource(Buffer.from(text)), 'a.json');

describe('JSON', () => {
  test.each([
    [
      '[{"a": 1, "b": [2]}, {"a": 3}]',
      { mediaType: 'application/json', rows: 2, rowsExact: true, columns: ['a', 'b'] },
    ],
    ['{"images": []}', { mediaType: 'application/json', rows: null, columns: null, lines: 1 }],
    ['[]', { mediaType: 'application/json', rows: 0 }],
    [
      '{"a": 1}\n{"a": 2}\n\n{"a": 3}',
      { mediaType: 'application/x-ndjson', rows: 3, rowsExact: true, columns: ['a'] },
    ],
    ['[section]\nkey = value', { mediaType: 'text/plain' }],
    ['"words"', { mediaType: 'text/plain' }],
  ])('%s', async (text, facts) => {
    expect((await read(text)).facts).toMatchObject({ kind: 'text', ...facts });
  });

  test('of a large array the columns are told, of large lines the rows are estimated', async () => {
    const item = '{"file": "a.jpg", "label": "a \\"cat\\""}';
    expect((await read(`[${`${item},`.repeat(50_000)}${item}]`)).facts).toMatchObject({
      rows: null,
      columns: ['file', 'label'],
    });
    const { facts } = await read(`${item}\n`.repeat(50_000));
    expect(facts.rowsExact).toBe(false);
    expect(Math.abs(facts.rows! - 50_000)).toBeLessThan(100);
  });

  test('what is cut or broken is a warning', async () => {
    expect((await read('[{"a": 1}, {"a"')).warnings).toMatchObject([{ code: 'truncated' }]);
    expect((await read(`[${'1,'.repeat(50_000)} x]`)).warnings).toMatchObject([{ code: 'unusual' }]);
  });

  test('nesting of any depth ends', async () => {
    const deep = 400_000;
    expect((await read('['.repeat(deep) + ']'.repeat(deep))).facts.rows).toBe(1);
    expect((await read('['.repeat(1 << 20))).warnings).toMatchObject([{ code: 'truncated' }]);
    expect((await read('{"a":'.repeat(200_000))).facts.mediaType).toBe('application/json');
  });

  test('the scan ends where a value ends, and is cut where it is cut', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, at) => {
        expect(endOfJson(` ${text} `, 0)).toBe(text.length + 1);
        if (/^[[{]/.test(text)) expect(endOfJson(text.slice(0, at % text.length), 0)).toBe('cut');
      }),
    );
  });

  test.each(['[1 2]', '{"a" 1}', '{1: 2}', '[1,]', '{"a":1,}', '[}', '[nope]', '{"a":}', '[,1]'])(
    '%s is broken',
    text => {
      expect(endOfJson(text, 0)).toBe('broken');
    },
  );
});
