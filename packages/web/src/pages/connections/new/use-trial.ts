import type { Check, CheckId, CheckRun, Connection } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { checksQuery } from '@/api/queries.ts';
import { kindOf } from '@/storage-kind.ts';
import { wayOf } from '../credential/draft.ts';

export interface Trial {
  /** The check that says that the credential does not work, or that the place is wrong; null where none does. */
  failed: Check | null;
  isRunning: boolean;
  error: Error | null;
  /** Tries the credential of a connection. @returns whether it works as far as can be known now */
  run(connection: Connection): Promise<boolean>;
}

/** Tries a credential on the step where it is entered. @param made the connection that has it */
export function useTrial(made: Connection | null): Trial {
  const queryClient = useQueryClient();
  const { data: last } = useQuery({ ...checksQuery(made?.id ?? ''), enabled: made !== null });
  const { mutateAsync, isPending, error } = useMutation({
    mutationFn: async (connection: Connection) => {
      const only = triedBy(connection);
      const run = await client.runChecks(connection.id, { only });
      queryClient.setQueryData<CheckRun>(checksQuery(connection.id).queryKey, run);
      return failedOf(run, only) === null;
    },
  });
  return {
    failed: made && last ? failedOf(last, triedBy(made)) : null,
    isRunning: isPending,
    error,
    run: mutateAsync,
  };
}

/** A token carries its own grants, so listing must work at once; roles may still have to be granted. */
function triedBy({ provider, credential }: Connection): CheckId[] {
  const isGranted = wayOf(kindOf(provider), credential.kind)?.isGranted ?? false;
  return isGranted ? ['credential'] : ['credential', 'list'];
}

/** Of those that are tried, and those before them, such as the name of the host. */
function failedOf({ checks }: CheckRun, tried: readonly CheckId[]): Check | null {
  const own = checks.filter(({ side }) => side === 'server');
  const last = own.findLastIndex(({ id }) => tried.includes(id));
  return own.slice(0, last + 1).find(({ status }) => status === 'failed') ?? null;
}
