import type { TokenCredential } from '@azure/identity';
import { AnonymousCredential, isRestError, newPipeline, QueueClient } from '@azure/storage-queue';
import type { Reading, Refusal } from '@mooring/storage';
import type { Guard, MessageAddress, MessageQueue } from '@mooring/storage/server';
import { ProviderError, withDeadline } from '@mooring/storage/server';
import { pipelineOptions } from './client.ts';
import type { AzureErrors } from './errors.ts';
import { type AzureAccount, primaryOf } from './urls.ts';

const SECONDS = 30;
/** The most that the service gives at once: https://learn.microsoft.com/rest/api/storageservices/get-messages */
const MESSAGES_AT_ONCE = 32;

/** The one spelling of an address: two readers of one queue would each get a part of its messages. */
function plainUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}/${pathname.split('/').filter(Boolean).join('/')}`;
}

/** Reads storage queues of the account, with the credential of the connection. */
export function createMessageQueue(
  account: AzureAccount,
  {
    tokens,
    sasToken,
    errors,
    guard,
  }: { tokens: TokenCredential | null; sasToken: string; errors: AzureErrors; guard: Guard },
): MessageQueue {
  const pipeline = newPipeline(tokens ?? new AnonymousCredential(), pipelineOptions(account.endpoint, guard));
  const client = (url: string) => {
    const reason = refusal(url);
    if (reason !== null)
      throw new ProviderError('invalid', `${url} is not read: ${reason}.`, { fix: OWN_QUEUE });
    return new QueueClient(sasToken === '' ? url : `${url}?${sasToken}`, pipeline);
  };

  /** The credential may go only to the account's own queue service. */
  function refusal(url: string): string | null {
    if (!URL.canParse(url)) return 'this is not the URL of a queue';
    const { protocol, hostname, pathname, search } = new URL(url);
    const blob = new URL(primaryOf(account).endpoint);
    const [inPath] = blob.pathname.split('/').filter(Boolean);
    const queueHost = inPath ? blob.hostname : blob.hostname.replace('.blob.', '.queue.');
    const parts = pathname.split('/').filter(Boolean);
    if (search !== '') return 'it carries a token; the credential of the connection is used';
    if (protocol !== blob.protocol || hostname !== queueHost)
      return `expected a URL that begins with ${blob.protocol}//${queueHost}/`;
    if (inPath && parts[0] !== inPath) return `expected a queue of the account ${inPath}`;
    if (inPath && !guard.allowPrivate) return 'only an emulator has the account in the path';
    const name = parts.at(inPath ? 1 : 0) ?? '';
    if (parts.length !== (inPath ? 2 : 1) || !/^[a-z0-9](?:-?[a-z0-9]){2,62}$/.test(name))
      return 'a queue is named with 3 to 63 lower-case letters, digits and single hyphens';
    return null;
  }

  const call = <T>(url: string, caller: AbortSignal, send: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(caller, { seconds: SECONDS, host: new URL(url).hostname }, async signal => {
      try {
        return await send(signal);
      } catch (error) {
        if (signal.aborted) throw error;
        throw queueError(url, error) ?? errors.explain(error, { action: 'list' });
      }
    });

  function addressOf({ queueUrl = '' }: MessageAddress): Reading<MessageAddress> {
    const reason = refusal(queueUrl);
    return reason === null ? { ok: true, value: { queueUrl: plainUrl(queueUrl) } } : refused(reason);
  }

  return {
    address: addressOf,

    async receive({ queueUrl }, { hiddenSeconds, signal: caller }) {
      const url = queueUrl!;
      const queue = client(url);
      const { receivedMessageItems } = await call(url, caller, signal =>
        queue.receiveMessages({
          numberOfMessages: MESSAGES_AT_ONCE,
          visibilityTimeout: hiddenSeconds,
          abortSignal: signal,
        }),
      );
      return receivedMessageItems.map(({ messageId, popReceipt, messageText }) => ({
        id: messageId,
        receipt: popReceipt,
        text: messageText,
      }));
    },

    async remove({ queueUrl }, { id, receipt }, caller) {
      const url = queueUrl!;
      const queue = client(url);
      await call(url, caller, async signal => {
        try {
          await queue.deleteMessage(id, receipt, { abortSignal: signal });
        } catch (error) {
          // It was hidden for too short a time, and comes again: that does no harm.
          if (!(isRestError(error) && error.statusCode === 404)) throw error;
        }
      });
    },
  };
}

const OWN_QUEUE = 'Give the URL of a queue in the storage account of the connection.';

const refused = (reason: string): Refusal => ({
  ok: false,
  code: 'invalid_request',
  field: 'queueUrl',
  message: `Mooring cannot read this queue: ${reason}.`,
  fix: OWN_QUEUE,
});

function queueError(url: string, error: unknown): ProviderError | null {
  if (!isRestError(error)) return null;
  const { statusCode: status } = error;
  const facts = { status, serviceCode: error.code, cause: error };
  if (status === 404) {
    return new ProviderError('not-found', `There is no queue ${url}.`, {
      fix: 'Make the queue, and make the event subscription deliver into it.',
      ...facts,
    });
  }
  if (status === 401 || status === 403) {
    return new ProviderError('forbidden', `The credential may not read messages of ${url} (${error.code}).`, {
      fix: 'Grant the role Storage Queue Data Message Processor on the queue; a SAS token needs service Queue with permission Process.',
      ...facts,
    });
  }
  return null;
}
