import type { CheckRun, Connection, SetupDocument, SetupRequest } from '@mooring/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { client } from '@/api/client.ts';
import { checksQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { SetupCommands } from '@/components/setup/setup-commands.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { kindOf } from '@/storage-kind.ts';
import { wayOf } from '../credential/draft.ts';
import { LiveStatus } from '../live-status.tsx';
import { ShareSetup } from '../share-setup.tsx';
import { StepActions } from './step-actions.tsx';

interface Props {
  connection: Connection;
  request: SetupRequest | null;
  onDone: () => void;
}

/** Lets browsers load from the storage, where they are to. */
export function BrowserStep({ connection, request, onDone }: Props) {
  const { words, setup } = kindOf(connection.provider);
  const document = request && setup.generate(request);
  return (
    <>
      {connection.delivery === 'relay' ? (
        <NothingToDo>
          With {wayWords(connection)} alone, browsers never speak to the storage: Mooring’s server reads the
          bytes and streams them on, under short-lived addresses of its own. So the storage needs no CORS
          rule.
        </NothingToDo>
      ) : !document ? (
        <SkeletonRows rows={4} />
      ) : document.sections.some(({ id }) => id === 'cors') ? (
        <AllowOrigin connection={connection} request={request} document={document} />
      ) : (
        <NothingToDo>
          {words.service} has no rules about pages. The checks of the next step try whether this browser can
          load from it.
        </NothingToDo>
      )}
      <StepActions onClick={onDone} />
    </>
  );
}

const wayWords = ({ provider, credential }: Connection): string =>
  wayOf(kindOf(provider), credential.kind)?.words ?? 'this credential';

const NothingToDo = ({ children }: { children: ReactNode }) => (
  <div className="grid max-w-prose gap-2">
    <p className="font-medium">Nothing needs to be done here.</p>
    <p className="text-muted">{children}</p>
  </div>
);

function AllowOrigin({
  connection,
  request,
  document,
}: {
  connection: Connection;
  request: SetupRequest;
  document: SetupDocument;
}) {
  const { origin } = window.location;
  const { status, observed, error, isLooking, look } = usePreflight(connection.id);
  const commands = <SetupCommands document={document} sections={['start', 'cors']} />;
  return (
    <div className="grid gap-5">
      <p className="max-w-prose">
        Browsers load straight from the storage, and first ask it whether pages of{' '}
        <strong className="font-semibold [overflow-wrap:anywhere]">{origin}</strong> may. A CORS rule says
        yes. The commands keep the rules that exist.
      </p>
      <LiveStatus
        isDone={status === 'passed'}
        isLooking={isLooking}
        onLook={look}
        done={<span className="font-medium text-good">Pages of {origin} may load from the storage.</span>}
        waiting={
          status === 'failed' || status === 'warning'
            ? (observed ?? 'The storage does not let pages of this address load yet.')
            : status === 'skipped'
              ? `Mooring cannot ask it yet: ${observed ?? 'an earlier part must work first'}. You can continue: the next step says what is missing.`
              : 'Mooring asks the storage again and again, as a browser does, while this page is open.'
        }
      />
      {error !== null && <ProblemView error={error} onRetry={look} />}
      {status === 'passed' ? (
        <details className="group">
          <summary className="flex items-center gap-1 text-sm text-muted hover:text-ink">
            <ChevronRight aria-hidden className="size-4 group-open:rotate-90" />
            The commands, for later
          </summary>
          <div className="pt-3">{commands}</div>
        </details>
      ) : (
        <>
          {commands}
          <ShareSetup kind={kindOf(connection.provider)} request={request} />
          <p className="max-w-prose text-sm text-muted">
            Without it, images and videos still show here, but texts do not, and annotation tools cannot read
            pixels. You can add it later and run the checks again.
          </p>
        </>
      )}
    </div>
  );
}

const LOOK_MS = 6000;

/** Asks the storage as a browser would, again and again until it says yes. */
function usePreflight(connectionId: string) {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: ['preflight', connectionId],
    queryFn: async ({ signal }) => {
      const run = await client.runChecks(connectionId, { only: ['preflight'], signal });
      queryClient.setQueryData<CheckRun>(checksQuery(connectionId).queryKey, run);
      return run.checks.find(({ id, side }) => id === 'preflight' && side === 'server') ?? null;
    },
    refetchInterval: ({ state }) => (state.data?.status === 'passed' || state.error ? false : LOOK_MS),
    staleTime: 0,
  });
  return {
    status: query.data?.status ?? null,
    observed: query.data?.observed ?? null,
    error: query.error,
    isLooking: query.isFetching,
    look: () => void query.refetch(),
  };
}
