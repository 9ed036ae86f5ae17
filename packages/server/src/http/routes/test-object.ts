import { route } from '../route.ts';

export const testObject = route({
  id: 'testObject',
  handle: async ({ services, caller: { workspaceId }, params: { connectionId }, body, baseUrl, signal }) => {
    const origins = [new URL(baseUrl).origin];
    const tested = await services.connections.testObject(workspaceId, connectionId, body, {
      origins,
      signal,
    });
    const { container, key, facts, checks } = tested;
    // What cannot be signed has no URL to try; the check says why.
    const isUnsignable = checks.some(({ id, status }) => id === 'sign' && status !== 'passed');
    const url = isUnsignable
      ? null
      : await services.delivery.probe(workspaceId, connectionId, tested, baseUrl);
    return { container, key, checks, probe: url && { key, ...facts, ...url } };
  },
});
