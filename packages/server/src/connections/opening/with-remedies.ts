import type { CheckId } from '@mooring/contract';
import type { AdviceContext, Clock, ErrorKind, MessageAddress, Provider } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';

/** What is about one object says itself what to do; of the connection there is nothing to mend. */
const OF_ONE_OBJECT: readonly ErrorKind[] = ['archived', 'changed', 'range'];

/**
 * The same provider, but its errors say how to mend the connection, as its checks do. So a sync that fails at night
 * shows the commands that the checks show.
 * @param place of the connection
 */
export function withRemedies(
  provider: Provider,
  place: { container: string; prefix?: string | undefined },
  clock: Clock,
): Provider {
  const { advise, reader, signer, writer, messages: queue } = provider;

  const explain = (error: unknown, failed: CheckId | 'messages', where: Partial<AdviceContext>): unknown => {
    if (!(error instanceof ProviderError) || isOfOneObject(error, failed)) return error;
    const { container = place.container, messages } = where;
    const prefix = container === place.container ? (place.prefix ?? '') : '';
    const context = { container, prefix, messages, now: () => clock.now() };
    return error.with({ remedy: advise(error, error.check ?? failed, context) });
  };

  const remedied =
    <A extends [container: string, ...unknown[]], R>(failed: CheckId, act: (...parts: A) => Promise<R>) =>
    (...parts: A): Promise<R> =>
      act(...parts).catch(error => {
        throw explain(error, failed, { container: parts[0] });
      });
  const ofQueue =
    <A extends [address: MessageAddress, ...unknown[]], R>(act: (...parts: A) => Promise<R>) =>
    (...parts: A): Promise<R> =>
      act(...parts).catch(error => {
        throw explain(error, 'messages', { messages: parts[0] });
      });

  return {
    ...provider,
    list: remedied('list', provider.list),
    reader: reader && {
      head: remedied('head', reader.head),
      readRange: remedied('range', reader.readRange),
    },
    signer: signer && { sign: remedied('sign', signer.sign) },
    writer: writer && {
      ...writer,
      put: remedied('write', writer.put),
      remove: remedied('write', writer.remove),
    },
    messages: queue && {
      ...queue,
      receive: ofQueue(queue.receive),
      remove: ofQueue(queue.remove),
    },
  };
}

function isOfOneObject({ kind }: ProviderError, failed: CheckId | 'messages'): boolean {
  const isContainer = failed === 'list' || failed === 'messages';
  return OF_ONE_OBJECT.includes(kind) || (kind === 'not-found' && !isContainer);
}
