import { route } from '../route.ts';

export const resumeOperation = route({
  id: 'resumeOperation',
  handle: ({ services: { operations }, caller: { workspaceId }, params: { operationId } }) =>
    operations.resume(workspaceId, operationId),
});
