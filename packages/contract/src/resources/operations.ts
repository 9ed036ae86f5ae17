import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { fix } from '../fix.ts';
import { defineRoute } from '../route.ts';
import { type CountWord, OPERATION_KINDS, type OperationKind, type SyncCounts } from './operation-kinds.ts';

export const operationStatus = z.enum([
  'queued',
  'running',
  'paused',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
]);
export type OperationStatus = z.infer<typeof operationStatus>;

export const isFinished = (status: OperationStatus): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled';

/** Why an operation failed, or waits to be tried again. `remedy` is as in a `Problem`. */
export const operationProblem = z.object({
  code: z.string(),
  detail: z.string(),
  fix: z.string(),
  remedy: fix.nullish(),
});

const shared = {
  id: id('operation'),
  status: operationStatus,
  done: z.number().int().meta({ description: 'Items done so far' }),
  total: z.number().int().nullable().meta({ description: 'Items in all; null while it is not known' }),
  unit: z.string().meta({ example: 'objects' }),
  errorCount: z.number().int(),
  problem: operationProblem.nullable(),
  attempts: z
    .number()
    .int()
    .meta({ description: 'How often a worker took it up; more than 1 after a crash' }),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  durationMs: z.number().nullable(),
};

type Kinds = typeof OPERATION_KINDS;
type SchemaOf<K extends OperationKind> = z.ZodObject<
  typeof shared & {
    kind: z.ZodLiteral<K>;
    subject: Kinds[K]['subject'];
    counts: Kinds[K]['counts'];
    report: Kinds[K]['report'];
  }
>;
type AnySchema = { [K in OperationKind]: SchemaOf<K> }[OperationKind];

const kinds = Object.entries(OPERATION_KINDS).map(([kind, { schema, subject, counts, report }]) =>
  z.object({ ...shared, kind: z.literal(kind), subject, counts, report }).meta({ id: schema }),
);

/** Long work. `kind` says what it is about, and what it counts and reports. */
export const operation = z
  .discriminatedUnion('kind', kinds as unknown as [AnySchema, ...AnySchema[]])
  .meta({ id: 'Operation' });
export type Operation = z.infer<typeof operation>;

/** Whether it only says what it would do. */
export const isDryRun = ({ report }: Pick<Operation, 'report'>): boolean => report?.dryRun === true;
export type OperationOf<K extends OperationKind> = Extract<Operation, { kind: K }>;

/** The counts of an operation that brings assets in line with a listing; null of every other. */
export const syncCountsOf = (operation: Operation): SyncCounts | null =>
  operation.kind === 'sync' || operation.kind === 'inventory' ? operation.counts : null;

/** What an operation counted, in the order and the words in which people read it; nothing where it counts nothing. */
export function countsOf({ kind, counts }: Pick<Operation, 'kind' | 'counts'>): (CountWord & {
  name: string;
  count: number;
})[] {
  if (!counts) return [];
  const words: Record<string, CountWord> = OPERATION_KINDS[kind].countWords;
  const values: Record<string, number> = counts;
  return Object.entries(words).map(([name, word]) => ({ ...word, name, count: values[name] ?? 0 }));
}

export const operationError = z
  .object({
    item: z.string(),
    code: z.string(),
    message: z.string(),
    fix: z.string().nullable(),
    at: timestamp,
  })
  .meta({ id: 'OperationError' });
export type OperationError = z.infer<typeof operationError>;

const params = z.object({ operationId: id('operation') });

/** Long work: watched, held and stopped. */
export const operationRoutes = {
  listOperations: defineRoute({
    method: 'GET',
    path: '/v1/operations',
    tag: 'operations',
    summary: 'Operations, newest first',
    action: 'operations.see',
    query: pageQuery.extend({
      status: operationStatus.optional(),
      subjectId: z
        .union([
          id('source'),
          id('connection'),
          id('registration'),
          id('edit'),
          id('dataset'),
          id('connector'),
        ])
        .optional(),
    }),
    status: 200,
    response: page(operation),
  }),
  getOperation: defineRoute({
    method: 'GET',
    path: '/v1/operations/:operationId',
    tag: 'operations',
    summary: 'One operation, with its progress',
    action: 'operations.see',
    params,
    status: 200,
    response: operation,
    stream: 'Event `operation` (an Operation) whenever it moved, until it has finished.',
  }),
  cancelOperation: defineRoute({
    method: 'POST',
    path: '/v1/operations/:operationId/cancel',
    tag: 'operations',
    summary: 'Ask an operation to stop; what it has done so far stays',
    description: 'A removal always continues to its end, because the rest can no longer be seen.',
    action: 'operations.control',
    params,
    status: 202,
    response: operation,
  }),
  pauseOperation: defineRoute({
    method: 'POST',
    path: '/v1/operations/:operationId/pause',
    tag: 'operations',
    summary: 'Pause an operation; what it has done so far stays, and it continues from there when resumed',
    action: 'operations.control',
    params,
    status: 202,
    response: operation,
  }),
  resumeOperation: defineRoute({
    method: 'POST',
    path: '/v1/operations/:operationId/resume',
    tag: 'operations',
    summary: 'Resume a paused operation',
    action: 'operations.control',
    params,
    status: 202,
    response: operation,
  }),
  listOperationErrors: defineRoute({
    method: 'GET',
    path: '/v1/operations/:operationId/errors',
    tag: 'operations',
    summary: 'What went wrong, item by item',
    action: 'operations.see',
    params,
    query: pageQuery,
    status: 200,
    response: page(operationError),
  }),
  getOperationErrorsCsv: defineRoute({
    method: 'GET',
    path: '/v1/operations/:operationId/errors.csv',
    tag: 'operations',
    summary: 'What went wrong, item by item, as a table',
    description: 'The columns are item, code, message, fix and at; UTF-8, with commas and a heading line.',
    action: 'operations.see',
    params,
    status: 200,
    response: null,
    mediaTypes: ['text/csv'],
  }),
} as const;
