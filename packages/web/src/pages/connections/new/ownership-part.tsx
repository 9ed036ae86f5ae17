import type { Connection } from '@mooring/contract';
import { MooringApiError } from '@mooring/sdk';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import { client } from '@/api/client.ts';
import { connectionQuery, installationQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { kindOf, offersOf } from '@/storage-kind.ts';
import { LiveStatus } from '../live-status.tsx';
import { returnPath } from './sign-in-return.ts';

const LOOK_MS = 8000;

/** Whether the owner of the account wants this workspace: looks for the mark while it is in sight. */
export function OwnershipPart({
  connection,
  refusal,
}: {
  connection: Connection;
  /** Why a sign-in did not prove it. */
  refusal: string | null;
}) {
  const { id, ownership, credential, location } = connection;
  const kind = kindOf(connection.provider);
  const { marks, signIn, why, subject } = kind.ownership;
  const queryClient = useQueryClient();
  const look = useQuery({
    queryKey: ['ownership', id],
    queryFn: async ({ signal }) => {
      try {
        const found = await client.call('proveOwnership', { params: { connectionId: id }, signal });
        if (found.ownership?.provenAt) queryClient.setQueryData(connectionQuery(id).queryKey, found);
        return found.ownership?.provenAt ?? null;
      } catch (error) {
        // Not there yet. The server gives no reason on purpose.
        if (error instanceof MooringApiError && error.code === 'ownership_missing') return null;
        throw error;
      }
    },
    enabled: ownership?.provenAt === null,
    refetchInterval: ({ state }) => (state.data || state.error ? false : LOOK_MS),
    staleTime: 0,
  });
  const isProven = ownership === null || ownership.provenAt !== null;
  const { data: installation } = useQuery(installationQuery);
  const canSignIn = installation && signIn?.isPossible(credential, offersOf(kind, installation));
  const proof = [...marks, { id: 'sign-in', found: signIn?.found }].find(
    known => known.id === ownership?.provenBy,
  )?.found;
  return (
    <section aria-labelledby="ownership" className="grid gap-3">
      <h3 id="ownership" className="font-semibold">
        Does the owner of {subject(location)} want this?
      </h3>
      <p className="max-w-prose">
        {why(credential)} Anyone who may change the {kind.words.container} marks it for this workspace: the
        last of the commands below does it. Until then nothing in it is looked at.
      </p>
      <LiveStatus
        isDone={isProven}
        isLooking={look.isFetching}
        onLook={() => void look.refetch()}
        done={
          <>
            <span className="font-medium text-good">The owner wants this workspace</span>
            {proof && `: ${proof}`}.
          </>
        }
        waiting="The mark is not there yet. Mooring looks for it while this page is open."
      />
      {look.error && <ProblemView error={look.error} onRetry={() => void look.refetch()} />}
      {!isProven && signIn && canSignIn && <SignIn connectionId={id} words={signIn} refusal={refusal} />}
    </section>
  );
}

function SignIn({
  connectionId,
  words: { text, button },
  refusal,
}: {
  connectionId: string;
  words: { text: string; button: string };
  refusal: string | null;
}) {
  const start = useMutation({
    mutationFn: () =>
      client.call('startOwnershipSignIn', {
        body: { connectionId, returnTo: returnPath() },
      }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <div className="grid gap-2">
      <p className="max-w-prose text-sm">{text}</p>
      {refusal !== null && (
        <p role="alert" className="max-w-prose text-sm text-bad">
          The sign-in did not prove it. {refusal}
        </p>
      )}
      {start.error && <ProblemView error={start.error} />}
      <Button
        className="justify-self-start"
        disabled={start.isPending || start.isSuccess}
        onClick={() => start.mutate()}
      >
        <LogIn aria-hidden />
        {button}
      </Button>
    </div>
  );
}
