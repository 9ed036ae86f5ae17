import { MooringApiError } from '@mooring/sdk';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { connectionQuery, installationQuery } from '@/api/queries.ts';
import { Page } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { kindOf } from '@/storage-kind.ts';
import { previewOf } from '../credential/draft.ts';
import { setupRequestOf } from '../setup-request.ts';
import { AuthoriseStep } from './authorise-step.tsx';
import { BrowserStep } from './browser-step.tsx';
import { type Draft, draftOfConnection, EMPTY, locationOf } from './draft.ts';
import { DraftAbilities } from './draft-abilities.tsx';
import { LocationStep } from './location-step.tsx';
import { madeAtThisPlace } from './save-connection.ts';
import { STEPS, type Step } from './search.ts';
import { reachable, STEP_WORDS, Stepper } from './stepper.tsx';
import { SyncStep } from './sync-step.tsx';
import { useDraft } from './use-draft.ts';
import { useSignInAnswer } from './use-sign-in-answer.ts';
import { VerifyStep } from './verify-step.tsx';

const route = getRouteApi('/shell/connections/new');

export function WizardPage() {
  const { draft, change, forget, release } = useDraft();
  const navigate = useNavigate({ from: '/connections/new' });
  const wanted = route.useSearch().step ?? 'location';
  useSignInAnswer(draft, change);
  useResumed(draft, change);
  const made = useMade(draft, change);
  const { data: installation } = useQuery(installationQuery);
  const kind = kindOf(draft.provider);
  const read = locationOf(draft);
  const location = read?.ok ? read.value : null;
  const connection = location && madeAtThisPlace(made.connection, draft, location);
  // At another place than before, another connection will have to be made.
  const hasConnection = draft.connectionId !== null && (made.connection === null || connection !== null);
  const step = reachable(wanted, location !== null, hasConnection);
  const heading = useFocusOnChange(step);

  const goTo = (to: Step) => void navigate({ search: to === STEPS[0] ? {} : { step: to } });
  const isRelayed = kind.credentials.delivery(previewOf(kind, draft.credential)) === 'relay';
  const request =
    location && installation
      ? setupRequestOf({
          kind,
          location,
          credential: draft.credential,
          installation,
          grants: draft.grants,
          ownership: connection?.ownership ?? null,
          origin: isRelayed ? null : window.location.origin,
        })
      : null;
  const steps = {
    location: () => <LocationStep draft={draft} change={change} onDone={() => goTo('authorise')} />,
    authorise: () => (
      <AuthoriseStep
        draft={draft}
        location={location!}
        connection={made.connection}
        request={request}
        change={change}
        onDone={() => goTo('browser')}
      />
    ),
    browser: () =>
      connection && <BrowserStep connection={connection} request={request} onDone={() => goTo('verify')} />,
    verify: () => connection && <VerifyStep connectionId={connection.id} goTo={goTo} />,
    sync: () =>
      connection && (
        <SyncStep
          connection={connection}
          value={draft.source}
          onChange={source => change({ source })}
          onStarted={release}
          onDone={forget}
        />
      ),
  };
  const needsConnection = step !== 'location' && draft.connectionId !== null;

  return (
    <Page
      title="Add connection"
      wide
      before={
        <Link
          to="/connections"
          className="-ml-1 inline-flex items-center gap-0.5 justify-self-start text-sm text-muted hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4" />
          Connections
        </Link>
      }
      actions={
        draft !== EMPTY && (
          <Button
            variant="ghost"
            onClick={() => {
              forget();
              goTo('location');
            }}
          >
            Start over
          </Button>
        )
      }
    >
      <Stepper
        current={step}
        hasLocation={location !== null}
        hasConnection={hasConnection}
        isVerified={connection?.status === 'healthy' || connection?.status === 'degraded'}
      />
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <section aria-labelledby="step" className="grid min-w-0 content-start gap-5">
          <h2 id="step" ref={heading} tabIndex={-1} className="text-lg font-semibold outline-none">
            {STEP_WORDS[step]}
          </h2>
          {needsConnection && made.error ? (
            <ProblemView error={made.error} onRetry={made.retry} />
          ) : needsConnection && !made.connection ? (
            <SkeletonRows rows={5} />
          ) : (
            steps[step]()
          )}
        </section>
        <aside aria-label="What Mooring will be able to do" className="lg:border-l lg:pl-8">
          <h2 className="mb-3 font-semibold">What Mooring will be able to do</h2>
          <DraftAbilities
            draft={draft}
            location={location}
            connection={connection}
            isChosen={step !== 'location' || draft.isKindChosen}
          />
        </aside>
      </div>
    </Page>
  );
}

/** Takes over a connection whose set-up is unfinished, as the address asks. The page of any other says what it is. */
function useResumed(draft: Draft, change: (changes: Partial<Draft>) => void) {
  const { connection: wanted, step } = route.useSearch();
  const navigate = useNavigate({ from: '/connections/new' });
  const { data, error } = useQuery({ ...connectionQuery(wanted ?? ''), enabled: wanted !== undefined });
  useEffect(() => {
    if (wanted === undefined || (!data && !error)) return;
    const isOwn = draft.connectionId === wanted;
    if (!isOwn && (!data || data.isSetUp)) {
      void navigate({ to: '/connections/$connectionId', params: { connectionId: wanted }, replace: true });
      return;
    }
    if (!isOwn && data) change(draftOfConnection(data));
    void navigate({ search: step ? { step } : {}, replace: true });
  }, [wanted, data, error, draft.connectionId, change, step, navigate]);
}

/** The connection that was made from the draft, if there is one and it has not been removed since. */
function useMade({ connectionId }: Draft, change: (changes: Partial<Draft>) => void) {
  const { data, error, refetch } = useQuery({
    ...connectionQuery(connectionId ?? ''),
    enabled: connectionId !== null,
  });
  const isGone = error instanceof MooringApiError && error.code === 'not_found';
  useEffect(() => {
    if (isGone) change({ connectionId: null });
  }, [isGone, change]);
  return {
    connection: connectionId === null ? null : (data ?? null),
    error: isGone || data ? null : error,
    retry: () => void refetch(),
  };
}

/** A screen reader says that another step is there. */
function useFocusOnChange(step: Step) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current !== step) heading.current?.focus();
    shown.current = step;
  }, [step]);
  return heading;
}
