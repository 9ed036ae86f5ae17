import type { Operation } from '@mooring/contract';
import { describe, expect, test } from 'vitest';
import { createTestIo, NOW, OPERATION } from '../testing.ts';
import { createProgressLine, createProgressText } from './progress.ts';
import { count, countOf, duration, relative, size } from './quantity.ts';
import { createStyle } from './style.ts';
import { renderDetails, renderTable } from './table.ts';
import { fit, plain, width } from './text.ts';

const style = createStyle({}, {});

describe('text', () => {
  test('shows what is invisible, and could deceive', () => {
    expect(plain('a\nb\u001b[31mc\u202egpj.exe')).toBe('a\\u000ab\\u001b[31mc\\u202egpj.exe');
    expect(plain('êé 写 😀')).toBe('êé 写 😀');
  });

  test.each([
    ['abc', 3],
    ['êé', 2],
    ['e\u0301', 1],
    ['写真', 4],
    ['😀👩‍👩‍👧', 4],
    ['\u001b[31mred\u001b[39m', 3],
  ])('%s is as wide as a terminal shows it', (text, columns) => {
    expect(width(text)).toBe(columns);
  });

  test('is cut between characters, never wider than asked', () => {
    expect(fit('写真写真', 5)).toBe('写真…');
    expect(fit('写真', 4)).toBe('写真');
  });
});

describe('quantities', () => {
  test('have units and separators', () => {
    expect(count(1234567)).toBe('1,234,567');
    expect([countOf(1, 'objects'), countOf(0, 'objects')]).toEqual(['1 object', '0 objects']);
    expect([size(0), size(1023), size(1536), size(3 * 2 ** 40)]).toEqual([
      '0 bytes',
      '1023 bytes',
      '1.5 KiB',
      '3.0 TiB',
    ]);
    expect([340, 5200, 59_000, 125_000, 7_260_000].map(duration)).toEqual([
      '340 ms',
      '5.2 s',
      '59 s',
      '2 min 5 s',
      '2 h 1 min',
    ]);
  });

  test('times are relative', () => {
    expect(relative('2026-11-22T11:59:58.000Z', NOW)).toBe('just now');
    expect(relative('2026-11-22T11:55:00.000Z', NOW)).toBe('5 min ago');
    expect(relative('2026-11-25T13:00:00.000Z', NOW)).toBe('in 3 d');
  });
});

describe('tables', () => {
  test('line up with any text in them', () => {
    const rows = [
      { name: '写真', n: 5 },
      { name: 'a\nb', n: 12000 },
    ];
    const table = renderTable(
      rows,
      [
        { title: 'NAME', of: ({ name }) => name },
        { title: 'N', of: ({ n }) => count(n), align: 'right' },
        { title: 'LAST', of: () => 'x' },
      ],
      style,
    );
    expect(table).toBe(
      ['NAME           N  LAST', '写真           5  x', 'a\\u000ab  12,000  x', ''].join('\n'),
    );
    expect(
      new Set(
        table
          .trimEnd()
          .split('\n')
          .map(line => width(line.replace(/ +\S+$/, ''))),
      ).size,
    ).toBe(1);
  });

  test('details leave out what is not there', () => {
    expect(
      renderDetails(
        [
          ['id', 'a'],
          ['none', null],
          ['longer', 'b'],
        ],
        style,
      ),
    ).toBe('id      a\nlonger  b\n');
  });
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: false }, {}, false],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
])('colours on %o with %o: %s', (stream, env, coloured) => {
  expect(createStyle(stream, env).red('x') !== 'x').toBe(coloured);
});

describe('progress', () => {
  const running = { ...OPERATION, status: 'running' } as Operation;

  test('says how far, how fast and how long still, and no more than is known', () => {
    let now = 0;
    const describeProgress = createProgressText(() => new Date(now));
    expect(describeProgress({ ...running, status: 'queued', done: 0, problem: null })).toBe('queued');
    expect(describeProgress({ ...running, done: 0, total: null })).toBe('0 objects');
    now += 1000;
    expect(describeProgress({ ...running, done: 500, total: null })).toBe('500 objects · 500/s');
    now += 1000;
    expect(describeProgress({ ...running, done: 1000, total: 2000 })).toBe(
      '1,000 of 2,000 objects · 500/s · 2.0 s left',
    );
    expect(describeProgress({ ...running, status: 'cancelling', done: 1000, total: 2000 })).toMatch(
      /stopping$/,
    );
  });

  test('is written only to a terminal, in one line', () => {
    const pipe = createTestIo();
    createProgressLine(pipe.io).show('x'.repeat(200));
    expect(pipe.written.stderr).toBe('');
    const terminal = createTestIo({ terminal: true });
    const line = createProgressLine(terminal.io);
    line.show('x'.repeat(200));
    line.clear();
    expect(terminal.written.stderr).toBe(`\r\u001b[2K${'x'.repeat(98)}…\r\u001b[2K`);
  });
});
