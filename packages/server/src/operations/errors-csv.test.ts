import { expect, test } from 'vitest';
import { errorsAsCsv } from './errors-csv.ts';

test('quotes what it holds, and disarms formulas', () => {
  const at = '2026-11-30T12:00:00.000Z';
  const csv = errorsAsCsv([
    { item: 'line 2: a,"b".jpg', code: 'not_found', message: 'Two\nlines', fix: null, at },
    { item: '=HYPERLINK("x")', code: 'not_found', message: 'Gone', fix: 'Put it back', at },
  ]);
  expect(csv).toBe(
    'item,code,message,fix,at\r\n' +
      `"line 2: a,""b"".jpg","not_found","Two\nlines","","${at}"\r\n` +
      `"'=HYPERLINK(""x"")","not_found","Gone","Put it back","${at}"\r\n`,
  );
});
