import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Check, ChevronLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { checksQuery, connectionsQuery } from '@/api/queries.ts';
import { Page } from '@/components/page.tsx';
import { cn } from '@/components/ui/cn.ts';
import { AbilityList } from '../ability-list.tsx';
import { judgePasted, toCredentialInput } from '../credential/draft.ts';
import { AuthoriseStep } from './authorise-step.tsx';
import { BrowserStep } from './browser-step.tsx';
import { type Draft, locationOf, useDraft } from './draft.ts';
import { LocationStep } from './location-step.tsx';
import { STEPS, type Step } from './search.ts';
import { SyncStep } from './sync-step.tsx';
import { VerifyStep } from './verify-step.tsx';

const route = getRouteApi('/shell/connections/new');

const STEP_WORDS: Record<Step, string> = {
  location: 'Location',
  authorise: 'Authorise',
  browser: 'Browser access',
  verify: 'Verify',
  sync: 'First sync',
};

export function WizardPage() {
  const { draft, change, forget } = useDraft();
  const navigate = useNavigate({ from: '/connections/new' });
  const queryClient = useQueryClient();
  const parsed = locationOf(draft);
  const location = parsed?.ok ? parsed.location : null;
  const wanted = route.useSearch().step ?? 'location';
  const step = reachable(wanted, draft, location !== null);
  const heading = useRef<HTMLHeadingElement>(null);

  const goTo = (to: Step) => void navigate({ search: to === STEPS[0] ? {} : { step: to } });
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current !== step) heading.current?.focus();
    shown.current = step;
  }, [step]);

  const steps = {
    location: () => <LocationStep draft={draft} change={change} onDone={() => goTo('authorise')} />,
    authorise: () => (
      <AuthoriseStep draft={draft} location={location!} change={change} onDone={() => goTo('browser')} />
    ),
    browser: () => (
      <BrowserStep
        draft={draft}
        location={location!}
        onMissing={() => goTo('authorise')}
        onMade={({ id, location: madeAt }) => {
          change({ connectionId: id, madeAt });
          void queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey });
          goTo('verify');
        }}
      />
    ),
    verify: () => <VerifyStep connectionId={draft.connectionId!} goTo={goTo} />,
    sync: () => (
      <SyncStep connectionId={draft.connectionId!} prefix={draft.madeAt?.prefix ?? ''} onDone={forget} />
    ),
  };

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
    >
      <Stepper current={step} draft={draft} hasLocation={location !== null} />
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <section aria-labelledby="step" className="grid min-w-0 content-start gap-5">
          <h2 id="step" ref={heading} tabIndex={-1} className="text-lg font-semibold outline-none">
            {STEP_WORDS[step]}
          </h2>
          {steps[step]()}
        </section>
        <aside aria-label="What Mooring will be able to do" className="lg:border-l lg:pl-8">
          <h2 className="mb-3 font-semibold">What Mooring will be able to do</h2>
          <Abilities draft={draft} />
        </aside>
      </div>
    </Page>
  );
}

/** No step is shown before what it needs is there. */
function reachable(wanted: Step, draft: Draft, hasLocation: boolean): Step {
  if (wanted === 'verify' || wanted === 'sync') return draft.connectionId ? wanted : 'location';
  return wanted === 'location' || hasLocation ? wanted : 'location';
}

function Stepper({ current, draft, hasLocation }: { current: Step; draft: Draft; hasLocation: boolean }) {
  const at = STEPS.indexOf(current);
  return (
    <nav aria-label="Steps">
      <ol className="flex flex-wrap gap-x-1 gap-y-2">
        {STEPS.map((step, i) => {
          const isCurrent = i === at;
          const canGo = reachable(step, draft, hasLocation) === step;
          const mark = (
            <span
              aria-hidden
              className={cn(
                'grid size-5.5 shrink-0 place-items-center rounded-full border text-xs font-semibold [&_svg]:size-3.5',
                isCurrent
                  ? 'border-accent bg-accent text-on-accent'
                  : i < at
                    ? 'border-accent text-accent'
                    : 'border-edge',
              )}
            >
              {i < at ? <Check strokeWidth={3} /> : i + 1}
            </span>
          );
          const content = (
            <>
              {mark}
              <span className={isCurrent ? '' : 'max-sm:sr-only'}>{STEP_WORDS[step]}</span>
            </>
          );
          const style = cn(
            'flex items-center gap-2 rounded-md py-1 pr-3 pl-1 text-sm whitespace-nowrap',
            isCurrent ? 'font-semibold' : 'text-muted',
          );
          return (
            <li key={step}>
              {canGo && !isCurrent ? (
                <Link
                  to="/connections/new"
                  search={step === STEPS[0] ? {} : { step }}
                  className={cn(style, 'hover:text-ink')}
                >
                  {content}
                </Link>
              ) : (
                <span aria-current={isCurrent ? 'step' : undefined} className={style}>
                  {content}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Abilities({ draft }: { draft: Draft }) {
  const { data: run } = useQuery({
    ...checksQuery(draft.connectionId ?? ''),
    enabled: draft.connectionId !== null,
  });
  const parsed = locationOf(draft);
  const { kind, tenantId, clientId, sasToken, deliverySasToken } = draft.credential;
  const now = new Date();
  const sas = judgePasted(sasToken, 'list-and-read', now)?.summary ?? NO_EXCESS;
  const isSound = kind === 'azure-app' || toCredentialInput(draft.credential, now) !== null;
  return (
    <AbilityList
      known={{
        location: parsed?.ok ? parsed.location : null,
        credential:
          kind === 'azure-app'
            ? { kind, tenantId, clientId }
            : {
                kind,
                sas,
                deliverySas: isSound
                  ? (judgePasted(deliverySasToken, 'delivery', now)?.summary ?? null)
                  : null,
              },
        checks: run?.checks ?? [],
      }}
    />
  );
}

/** Before a token is pasted: as one would be that Mooring asks for. */
const NO_EXCESS = {
  version: '',
  permissions: 'rl',
  services: 'b',
  resourceTypes: 'co',
  startsAt: null,
  expiresAt: '',
  ipRange: null,
  protocol: null,
};
