import { ERROR_CODES, type ErrorCode, may } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import type { Caller } from '../access/caller.ts';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';

/**
 * What a caller may know of a failure. The words of a storage and its remedies name accounts, containers and
 * identities: a caller who may not see settings of connections gets the code alone, and whom to ask.
 */
export function withoutSettings(caller: Pick<Caller, 'role' | 'readOnly'> | null, error: unknown): unknown {
  if (caller === null || may(caller, 'connections.read')) return error;
  const known = error instanceof ProviderError ? storageProblem(error) : error;
  if (!(known instanceof MooringError) || !namesSettings(known)) return error;
  const title = known.code in ERROR_CODES ? ERROR_CODES[known.code as ErrorCode].title : known.title;
  return new MooringError(known.code, `${title ?? 'The storage failed'}.`, {
    fix: 'Ask an editor or an administrator of the workspace to look at the connection.',
    retryAfterSeconds: known.retryAfterSeconds,
    cause: known,
  });
}

const namesSettings = ({ code, remedy, cause }: MooringError): boolean =>
  remedy !== undefined || cause instanceof ProviderError || code === 'ownership_missing';
