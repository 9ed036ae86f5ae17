import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';

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

export const operationKind = z.enum(['sync', 'remove-connection', 'inventory', 'remove-source']);
export type OperationKind = z.infer<typeof operationKind>;

/** Counts of a sync. listed = added + changed + restored + unchanged + skipped; removed were not listed. */
export const syncCounts = z
  .object({
    listed: z.number().int(),
    added: z.number().int(),
    changed: z.number().int(),
    removed: z.number().int(),
    restored: z.number().int(),
    unchanged: z.number().int(),
    skipped: z.number().int(),
  })
  .meta({ id: 'SyncCounts' });
export type SyncCounts = z.infer<typeof syncCounts>;

const sample = z.object({
  key: z.string(),
  reason: z.string().optional().meta({ description: 'Why: `placeholder`, `unstorable`, `filtered`, …' }),
});

/** What a dry run found: some of the keys of each sort. */
export const syncReport = z
  .object({
    dryRun: z.literal(true),
    samples: z.object({
      added: z.array(sample),
      changed: z.array(sample),
      restored: z.array(sample),
      removed: z.array(sample),
      skipped: z.array(sample),
    }),
  })
  .meta({ id: 'SyncReport' });
export type SyncReport = z.infer<typeof syncReport>;

export const operation = z
  .object({
    id: id('operation'),
    kind: operationKind,
    status: operationStatus,
    subject: z.object({ type: z.enum(['source', 'connection']), id: z.string() }),
    done: z.number().int().meta({ description: 'Items dealt with so far' }),
    total: z.number().int().nullable().meta({ description: 'Items in all; null while it is not known' }),
    unit: z.string().meta({ example: 'objects' }),
    counts: syncCounts.nullable(),
    report: syncReport.nullable(),
    errorCount: z.number().int(),
    problem: z.object({ code: z.string(), detail: z.string(), fix: z.string() }).nullable(),
    attempts: z
      .number()
      .int()
      .meta({ description: 'How often a worker took it up; more than 1 after a crash' }),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    durationMs: z.number().nullable(),
  })
  .meta({ id: 'Operation' });
export type Operation = z.infer<typeof operation>;

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
    scope: 'read',
    query: pageQuery.extend({
      status: operationStatus.optional(),
      subjectId: z.union([id('source'), id('connection')]).optional(),
    }),
    status: 200,
    response: page(operation),
  }),
  getOperation: defineRoute({
    method: 'GET',
    path: '/v1/operations/:operationId',
    tag: 'operations',
    summary: 'One operation, with its progress',
    scope: 'read',
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
    description: 'The removal of a connection goes on to its end: what it has left can no longer be seen.',
    scope: 'write',
    params,
    status: 202,
    response: operation,
  }),
  pauseOperation: defineRoute({
    method: 'POST',
    path: '/v1/operations/:operationId/pause',
    tag: 'operations',
    summary: 'Hold an operation; what it has done so far stays, and it goes on from there when resumed',
    scope: 'write',
    params,
    status: 202,
    response: operation,
  }),
  resumeOperation: defineRoute({
    method: 'POST',
    path: '/v1/operations/:operationId/resume',
    tag: 'operations',
    summary: 'Let a paused operation go on',
    scope: 'write',
    params,
    status: 202,
    response: operation,
  }),
  listOperationErrors: defineRoute({
    method: 'GET',
    path: '/v1/operations/:operationId/errors',
    tag: 'operations',
    summary: 'What went wrong, item by item',
    scope: 'read',
    params,
    query: pageQuery,
    status: 200,
    response: page(operationError),
  }),
} as const;
