import { expect, it } from 'vitest';
import { parseRange } from './range-header.ts';

it.each([
  ['bytes=0-99', { start: 0, end: 99 }],
  ['bytes=5-', { start: 5, end: null }],
  ['bytes=-20', { lastBytes: 20 }],
  ['bytes= 1 - 2', { start: 1, end: 2 }],
  [undefined, null],
  ['', null],
  ['bytes=-', null],
  ['bytes=9-8', null],
  ['bytes=0-1,4-5', null],
  ['items=0-1', null],
  ['bytes=a-b', null],
  ['bytes=0x1-2', null],
  ['bytes=99999999999999999999-', null],
])('reads the Range header %j as %j', (header, expected) => {
  expect(parseRange(header)).toEqual(expected);
});
