import { expect, test } from 'vitest';
import { DEEPEST_JSON, isTooDeep } from './json-depth.ts';

test.each([
  ['{"a":[1,{"b":"]"}]}', false],
  ['['.repeat(DEEPEST_JSON), false],
  ['['.repeat(DEEPEST_JSON + 1), true],
  ['{"a":'.repeat(DEEPEST_JSON + 1), true],
  ['[],'.repeat(1000), false],
  [JSON.stringify('['.repeat(1000)), false],
  [JSON.stringify(`"\\${'['.repeat(1000)}`), false],
  [`"\\"${'['.repeat(1000)}`, false],
])('%j: %s', (json, expected) => expect(isTooDeep(json)).toBe(expected));
