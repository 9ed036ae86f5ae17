import { Readable } from 'node:stream';
import { type Check, type CheckRun, check, checkRun } from '@mooring/contract';
import { type RouteEvent, type RouteInput, route } from '../route.ts';

export const runChecks = route({
  id: 'runChecks',
  handle: async input => run(input, () => {}),

  stream: async input => {
    await input.services.connections.get(input.caller.workspaceId, input.params.connectionId);
    return asEvents(onCheck => run(input, onCheck));
  },
});

function run(input: RouteInput<'runChecks'>, onCheck: (check: Check) => void): Promise<CheckRun> {
  const { services, caller, params, body, baseUrl, signal } = input;
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
  events.on('error', () => {}); // for whoever reads them, who may not have begun: the client can be gone already
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
