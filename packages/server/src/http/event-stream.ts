import { PassThrough, pipeline, Readable } from 'node:stream';
import { problem } from '@mooring/contract';
import type { RouteEvent } from './route.ts';

/** Says to a browser how soon to ask again, in milliseconds: another server answers. */
const ASK_AGAIN = 'retry: 1000\n\n';
/** Often enough that no proxy in between takes the stream for dead. */
const HEARTBEAT_MS = 15_000;

/**
 * Events as the text of an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), with a
 * comment now and then. Back-pressure reaches the events. What they throw becomes the event `problem`, and the
 * stream ends.
 * @param signal the events end when it aborts
 */
export function eventStream(
  events: AsyncIterable<RouteEvent>,
  signal: AbortSignal,
  toProblem: (error: unknown) => unknown,
): Readable {
  async function* text(): AsyncGenerator<string> {
    try {
      for await (const event of events) yield format(event);
    } catch (error) {
      if (!signal.aborted) yield format({ event: 'problem', schema: problem, data: toProblem(error) });
    }
    if (signal.aborted) yield ASK_AGAIN;
  }

  const stream = new PassThrough();
  const heartbeat = setInterval(() => {
    if (!stream.writableNeedDrain) stream.write(': heartbeat\n\n');
  }, HEARTBEAT_MS);
  pipeline(Readable.from(text()), stream, () => clearInterval(heartbeat));
  return stream;
}

const format = ({ event, schema, data }: RouteEvent): string =>
  `event: ${event}\ndata: ${JSON.stringify(schema.parse(data))}\n\n`;
