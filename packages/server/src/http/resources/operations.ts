import { type Operation, type OperationKind, operation, type operationRoutes } from '@mooring/contract';
import { errorsAsCsv } from '../../operations/errors-csv.ts';
import { MooringError } from '../../platform/problem.ts';
import type { Handlers, RouteEvent } from '../route.ts';

export const operationHandlers = {
  listOperations: async ({ services, caller, query: { cursor, limit, ...filter } }) =>
    services.operations.list(caller.workspaceId, filter, { cursor, limit }),

  getOperation: {
    answer: async ({ services, caller, params }) =>
      services.operations.get(caller.workspaceId, params.operationId),

    stream: async ({ services, caller: { workspaceId }, params: { operationId }, signal }) => {
      await services.operations.get(workspaceId, operationId);
      return asEvents(services.operations.watch(workspaceId, operationId, signal));
    },
  },

  cancelOperation: async ({ services: { operations }, caller: { workspaceId }, params: { operationId } }) => {
    const { kind } = await operations.get(workspaceId, operationId);
    if (isRemoval(kind)) throw new MooringError('conflict', ...CANNOT_CANCEL[kind]);
    return operations.cancel(workspaceId, operationId);
  },

  pauseOperation: async ({ services: { operations }, caller: { workspaceId }, params: { operationId } }) => {
    const { kind } = await operations.get(workspaceId, operationId);
    if (isRemoval(kind)) throw new MooringError('conflict', ...CANNOT_PAUSE);
    return operations.pause(workspaceId, operationId);
  },

  resumeOperation: async ({ services, caller, params }) =>
    services.operations.resume(caller.workspaceId, params.operationId),

  listOperationErrors: async ({ services, caller, params, query }) =>
    services.operations.listErrors(caller.workspaceId, params.operationId, query),

  getOperationErrorsCsv: async ({ services, caller, params: { operationId }, reply }) => {
    const { items } = await services.operations.listErrors(caller.workspaceId, operationId, ALL_ERRORS);
    reply.headers({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${operationId}-errors.csv"`,
    });
    return Buffer.from(errorsAsCsv(items));
  },
} satisfies Handlers<typeof operationRoutes>;

/** As many as are kept. */
const ALL_ERRORS = { limit: 10_000 };

async function* asEvents(moves: AsyncIterable<Operation>): AsyncGenerator<RouteEvent> {
  for await (const data of moves) yield { event: 'operation', schema: operation, data };
}

type Removal = Extract<OperationKind, `remove-${string}`>;
const isRemoval = (kind: OperationKind): kind is Removal =>
  kind === 'remove-connection' || kind === 'remove-source';

/** Cut short, a removal would leave what cannot be seen or reached any more: assets, and the sealed credential. */
const CANNOT_CANCEL: Record<Removal, [detail: string, { fix: string }]> = {
  'remove-connection': [
    'The removal of a connection cannot be cancelled: it is unlinked already.',
    { fix: 'Wait until the removal ends. To use the storage again, make a new connection.' },
  ],
  'remove-source': [
    'The removal of a source cannot be cancelled: it is no longer used.',
    { fix: 'Wait until the removal ends. To sync the container again, make a new source.' },
  ],
};
const CANNOT_PAUSE: [detail: string, { fix: string }] = [
  'A removal cannot be paused: what it removes is no longer used.',
  { fix: 'Wait until the removal ends.' },
];
