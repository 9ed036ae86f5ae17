import { expect, test } from 'vitest';
import { overlapsOf } from './overlaps.ts';

const at = (container: string, prefix: string) => ({
  account: 'acme',
  endpoint: 'https://acme.blob.core.windows.net',
  container,
  prefix,
});

test.each([
  ['photos', 'a/', 'photos', 'a/', 'same-place'],
  ['photos', 'a/b/', 'photos', 'a/', 'contains'],
  ['photos', 'a/', 'photos', '', 'contains'],
  ['photos', 'a/', 'photos', 'a/b/', 'inside'],
  ['photos', 'a', 'photos', 'ab/', 'inside'],
  ['photos', 'a/', 'photos', 'b/', 'same-account'],
  ['photos', '', 'videos', '', 'same-account'],
] as const)('%s/%s beside %s/%s: %s', (container, prefix, otherContainer, otherPrefix, relation) => {
  const other = { id: 'con_2', name: 'Other', location: at(otherContainer, otherPrefix) };
  expect(overlapsOf(at(container, prefix), [other])).toEqual([
    { connectionId: 'con_2', name: 'Other', relation },
  ]);
});
