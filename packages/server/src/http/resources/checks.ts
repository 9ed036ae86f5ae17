import { Readable } from 'node:stream';
import { type Check, type CheckRun, check, type checkRoutes, checkRun } from '@mooring/contract';
import { kindOf } from '../../catalogue/kind.ts';
import type { Handlers, RouteEvent, RouteInput } from '../route.ts';

export const checkHandlers = {
  runChecks: {
    answer: async input => run(input, () => {}),

    stream: async input => {
      await input.services.connections.get(input.caller.workspaceId, input.params.connectionId);
      return asEvents(onCheck => run(input, onCheck));
    },
  },

  getChecks: async ({ services, caller, params }) =>
    services.connections.getChecks(caller.workspaceId, params.connectionId),

  getBrowserProbe: async ({ services, caller, params: { connectionId }, baseUrl, signal }) => {
    const { workspaceId } = caller;
    const { container, sample } = await services.connections.findSample(workspaceId, connectionId, signal);
    const { key, sizeBytes, contentType } = sample;
    const url = await services.delivery.probe(
      workspaceId,
      connectionId,
      { container, key, contentType },
      { baseUrl, callerId: caller.id },
    );
    return { key, sizeBytes, contentType, kind: kindOf(contentType, key), ...url };
  },

  putBrowserResults: async ({ services, caller, params, body }) =>
    services.connections.putBrowserResults(caller.workspaceId, params.connectionId, body),

  testObject: async ({
    services,
    caller: { workspaceId, id: callerId },
    params: { connectionId },
    body,
    baseUrl,
    signal,
  }) => {
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
      : await services.delivery.probe(
          workspaceId,
          connectionId,
          { container, key, contentType: facts.contentType },
          { baseUrl, callerId },
        );
    const kind = kindOf(facts.contentType, key);
    return { container, key, checks, probe: url && { key, ...facts, kind, ...url } };
  },
} satisfies Handlers<typeof checkRoutes>;

function run(
  { services, caller, params, body, baseUrl, signal }: RouteInput<typeof checkRoutes.runChecks>,
  onCheck: (check: Check) => void,
): Promise<CheckRun> {
  const origins = [new URL(baseUrl).origin];
  return services.connections.runChecks(caller.workspaceId, params.connectionId, {
    ...body,
    by: caller.name,
    origins,
    signal,
    onCheck,
  });
}

function asEvents(start: (onCheck: (check: Check) => void) => Promise<CheckRun>): AsyncIterable<RouteEvent> {
  const events = new Readable({ objectMode: true, read() {} });
  events.on('error', () => {}); // for the reader, who may not have begun: the client can be gone already
  const push = (event: RouteEvent) => events.push(event);
  start(data => push({ event: 'check', schema: check, data })).then(
    data => {
      push({ event: 'done', schema: checkRun, data });
      events.push(null);
    },
    error => events.destroy(error),
  );
  return events;
}
