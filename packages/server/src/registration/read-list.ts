import type { RegistrationOptions } from '@mooring/contract';
import type { ManifestBatch, ReadOptions, readManifest } from '@mooring/manifest';
import { MooringError } from '../platform/problem.ts';
import type { Parts } from './parts.ts';

/**
 * `retryOf`: the registration whose failed items are the list. `listsWritten`: what became of the items shall be known
 * afterwards.
 */
export type ListOptions = RegistrationOptions & { retryOf?: string; listsWritten?: boolean };

/** Items that failed, as they are kept: a part of the list that they came in. */
export type FailedItems = Pick<ManifestBatch, 'format' | 'items' | 'flags'>;

/**
 * Reads the list of a registration: what was sent, or the items of another registration that failed.
 * @param skip items and problems that are dealt with
 * @throws MooringError `invalid_request` where it is no list; `conflict` where the failed items are kept no more
 */
export async function* readList(
  { parts, read }: { parts: Parts; read: typeof readManifest },
  of: { workspaceId: string; registrationId: string },
  options: ListOptions,
  { skip, signal }: { skip: number; signal: AbortSignal },
): AsyncGenerator<ManifestBatch> {
  if (options.retryOf !== undefined) {
    yield* readFailed(parts, { ...of, registrationId: options.retryOf }, skip, signal);
    return;
  }
  try {
    yield* read(parts.read(of, 'manifest'), { skip, signal, ...howToRead(options) });
  } catch (error) {
    if (error instanceof Error && error.name === 'ManifestError') throw unreadableList(error);
    throw error;
  }
}

async function* readFailed(
  parts: Parts,
  of: { workspaceId: string; registrationId: string },
  skip: number,
  signal: AbortSignal,
): AsyncGenerator<ManifestBatch> {
  let index = 0;
  for await (const part of parts.read(of, 'failed')) {
    signal.throwIfAborted();
    const failed = JSON.parse(part.toString()) as FailedItems;
    index += failed.items.length;
    if (index > skip) yield { ...failed, problems: [], warnings: [], index, bytesRead: 0 };
  }
  if (index === 0 || index < skip) throw failedAreGone();
}

/** What the request says of the list: which column of a table is what, and where names are that are no URL. */
const howToRead = ({ addressColumn, titleColumn, kindColumn, base }: RegistrationOptions): ReadOptions => ({
  ...(base !== undefined && { base }),
  ...(addressColumn !== undefined && {
    columns: {
      address: addressColumn,
      ...(titleColumn !== undefined && { title: titleColumn }),
      ...(kindColumn !== undefined && { kind: kindColumn }),
    },
  }),
});

const unreadableList = (error: Error): MooringError =>
  new MooringError('invalid_request', error.message, {
    fix: (error as Error & { fix?: string }).fix ?? 'Send a list in one of the formats that the guide names.',
    cause: error,
  });

export const failedAreGone = (): MooringError =>
  new MooringError('conflict', 'The items that failed are no longer kept: that is so after 7 days.', {
    fix: 'Register the whole list again. What is there stays.',
  });
