import { describe, expect, test } from 'vitest';
import { OPERATION_KINDS, type OperationKind } from './operation-kinds.ts';
import { countsOf, operation } from './operations.ts';

const COUNTS = { listed: 9, added: 3, changed: 0, removed: 2, restored: 0, unchanged: 5, skipped: 1 };
const REPORT = {
  dryRun: true,
  samples: { added: [], changed: [], restored: [], removed: [], skipped: [] },
};
const of = (kind: OperationKind, change: object = {}) => ({
  id: 'op_01k9zq3v8w2m4n6p8r0t',
  kind,
  status: 'succeeded',
  subject: { type: OPERATION_KINDS[kind].subject.shape.type.value, id: 'any' },
  done: 9,
  total: 9,
  unit: 'objects',
  counts: null,
  report: null,
  errorCount: 0,
  problem: null,
  attempts: 1,
  createdAt: '2026-11-22T01:10:00.000Z',
  startedAt: null,
  finishedAt: null,
  durationMs: null,
  ...change,
});

describe.each(Object.keys(OPERATION_KINDS) as OperationKind[])('an operation of the kind %s', kind => {
  const { counts, report, countWords } = OPERATION_KINDS[kind];

  test('may have counted nothing yet', () => {
    expect(operation.parse(of(kind))).toMatchObject({ kind, counts: null, report: null });
    expect(countsOf({ kind, counts: null })).toEqual([]);
  });

  test('has counts and a report of its own kind, and no others', () => {
    const counting = counts.safeParse(COUNTS).success;
    expect(operation.safeParse(of(kind, { counts: COUNTS })).success).toBe(counting);
    expect(operation.safeParse(of(kind, { counts: { foreign: 1 } })).success).toBe(false);
    const reporting = report.safeParse(REPORT).success;
    expect(operation.safeParse(of(kind, { report: REPORT })).success).toBe(reporting);
    if (counting) expect(Object.keys(countWords)).toEqual(Object.keys(COUNTS));
  });

  test('is about what its kind is about', () => {
    const other = { type: kind === 'remove-connection' ? 'source' : 'connection', id: 'any' };
    expect(operation.safeParse(of(kind, { subject: other })).success).toBe(false);
  });
});

test('counts are named in the words and the order in which people read them', () => {
  const read = countsOf({ kind: 'sync', counts: COUNTS });
  expect(read.map(({ count, word }) => `${count} ${word}`)).toEqual([
    ...['9 listed', '3 added', '0 changed', '2 gone', '0 restored', '5 unchanged', '1 skipped'],
  ]);
  expect(read.filter(({ role }) => role === 'change').map(({ name }) => name)).toEqual([
    ...['added', 'changed', 'removed', 'restored'],
  ]);
});
