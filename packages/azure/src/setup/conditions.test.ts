import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contributeCondition, readCondition, writeCondition } from './conditions.ts';
import { hostile } from './testing.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices';

describe('conditions', () => {
  test('name the container', () => {
    expect(readCondition('photos', [])).toBe(
      `((!(ActionMatches{'${BLOBS}/containers/blobs/read'})) OR (@Resource[${BLOBS}/containers:name] StringEquals 'photos'))`,
    );
  });

  test('name the prefix, for reading and for listing', () => {
    expect(readCondition('photos', ['2026/'])).toBe(
      `((!(ActionMatches{'${BLOBS}/containers/blobs/read'} AND NOT SubOperationMatches{'Blob.List'})) OR ` +
        `(@Resource[${BLOBS}/containers:name] StringEquals 'photos' AND @Resource[${BLOBS}/containers/blobs:path] StringStartsWith '2026/')) AND ` +
        `((!(ActionMatches{'${BLOBS}/containers/blobs/read'} AND SubOperationMatches{'Blob.List'})) OR ` +
        `(@Resource[${BLOBS}/containers:name] StringEquals 'photos' AND @Request[${BLOBS}/containers/blobs:prefix] StringStartsWith '2026/'))`,
    );
  });

  test('limit writing to its prefix, with every other right of the role', () => {
    const condition = contributeCondition('photos', 'renditions/');
    for (const action of ['read', 'write', 'delete', 'add/action', 'move/action'])
      expect(condition).toContain(`!(ActionMatches{'${BLOBS}/containers/blobs/${action}'})`);
    expect(condition).toContain(`[${BLOBS}/containers/blobs:path] StringStartsWith 'renditions/'`);
    expect(writeCondition('photos', 'renditions/')).not.toContain('blobs/read');
  });

  test('match a quote and a backslash by a pattern, since Azure does not say how to write them', () => {
    expect(readCondition('photos', ["it's/*"])).toContain(
      `[${BLOBS}/containers/blobs:path] StringLike 'it?s/\\**'`,
    );
  });

  test('keep their shape for every name, and match that name', () => {
    fc.assert(
      fc.property(hostile, hostile, (container, prefix) => {
        const condition = readCondition(container, [prefix]);
        const around = condition
          .replace(/'[^']*'/g, "''")
          .replace(/StringLike|StringStartsWith|StringEquals/g, 'Op');
        const plain = readCondition('c', ['p'])
          .replace(/'[^']*'/g, "''")
          .replace(/StringStartsWith|StringEquals/g, 'Op');
        expect(around).toBe(plain);
        const [first, second] = [...condition.matchAll(/(String\w+) '([^']*)'/g)];
        expect(matches(first![1]!, first![2]!, container)).toBe(true);
        expect(matches(second![1]!, second![2]!, `${prefix}and more`)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

/** As Azure compares. */
function matches(operator: string, literal: string, value: string): boolean {
  if (operator === 'StringEquals') return value === literal;
  if (operator === 'StringStartsWith') return value.startsWith(literal);
  const pattern = literal.replace(/\\[*?]|[\s\S]/gu, token => {
    if (token === '*') return '[^]*';
    if (token === '?') return '[^]';
    return (token.length === 2 && token[0] === '\\' ? token[1]! : token).replace(
      /[\\^$.*+?()[\]{}|/]/g,
      '\\$&',
    );
  });
  return new RegExp(`^${pattern}$`, 'u').test(value);
}
