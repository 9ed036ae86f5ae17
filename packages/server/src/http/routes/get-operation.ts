import { type Operation, operation } from '@mooring/contract';
import { type RouteEvent, route } from '../route.ts';

export const getOperation = route({
  id: 'getOperation',
  handle: async ({ services, caller, params }) =>
    services.operations.get(caller.workspaceId, params.operationId),

  stream: async ({ services, caller: { workspaceId }, params: { operationId }, signal }) => {
    await services.operations.get(workspaceId, operationId);
    return events(services.operations.watch(workspaceId, operationId, signal));
  },
});

async function* events(moves: AsyncIterable<Operation>): AsyncGenerator<RouteEvent> {
  for await (const data of moves) yield { event: 'operation', schema: operation, data };
}
