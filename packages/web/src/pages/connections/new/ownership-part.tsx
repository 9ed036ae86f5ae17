import type { Connection, OwnershipProof } from '@mooring/contract';
import { MooringApiError } from '@mooring/sdk';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import { client } from '@/api/client.ts';
import { connectionQuery, installationQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { LiveStatus } from '../live-status.tsx';

const PROOFS: Record<OwnershipProof, string> = {
  'container-metadata': 'the container carries its mark',
  'marker-blob': 'the marker blob is there',
  'sign-in': 'somebody of the directory signed in and said so',
};

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
  const queryClient = useQueryClient();
  const look = useQuery({
    queryKey: ['ownership', id],
    queryFn: async ({ signal }) => {
      try {
        const found = await client.call('proveOwnership', { params: { connectionId: id }, signal });
        if (found.ownership?.provenAt) queryClient.setQueryData(connectionQuery(id).queryKey, found);
        return found.ownership?.provenAt ?? null;
      } catch (error) {
        // Not there yet: whatever the reason is, nothing more is told.
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
  // Signing in goes by the app of this installation, in the directory that the credential names.
  const canSignIn = installation?.mooringApp && 'tenantId' in credential && credential.tenantId !== null;
  return (
    <section aria-labelledby="ownership" className="grid gap-3">
      <h3 id="ownership" className="font-semibold">
        Does the owner of {location.account} want this?
      </h3>
      <p className="max-w-prose">
        {credential.kind === 'azure-mooring-app'
          ? 'Others use the same app, so knowing the name of an account must not be enough to read it.'
          : 'This identity belongs to the installation, so knowing the name of an account must not be enough to read it.'}{' '}
        Whoever may change the container marks it for this workspace: the last of the commands below does it.
        Until then nothing in it is looked at.
      </p>
      <LiveStatus
        isDone={isProven}
        isLooking={look.isFetching}
        onLook={() => void look.refetch()}
        done={
          <>
            <span className="font-medium text-good">The owner wants this workspace</span>
            {ownership?.provenBy && `: ${PROOFS[ownership.provenBy]}`}.
          </>
        }
        waiting="The mark is not there yet. It is looked for while this page is open."
      />
      {look.error && <ProblemView error={look.error} onRetry={() => void look.refetch()} />}
      {!isProven && canSignIn && <SignIn connectionId={id} refusal={refusal} />}
    </section>
  );
}

function SignIn({ connectionId, refusal }: { connectionId: string; refusal: string | null }) {
  const start = useMutation({
    mutationFn: () =>
      client.call('startOwnershipSignIn', {
        body: { connectionId, returnTo: '/connections/new?step=authorise' },
      }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <div className="grid gap-2">
      <p className="max-w-prose text-sm">
        Or let somebody of that directory sign in here, in place of the mark: Azure then tells Mooring which
        directory they belong to.
      </p>
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
        Sign in to Azure
      </Button>
    </div>
  );
}
