import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { checksQuery, connectionsQuery } from '@/api/queries.ts';
import { Page } from '@/components/page.tsx';
import { AbilityList } from '../ability-list.tsx';
import { judgePasted, toCredentialInput } from '../credential/draft.ts';
import { AuthoriseStep } from './authorise-step.tsx';
import { BrowserStep } from './browser-step.tsx';
import { type Draft, locationOf, useDraft } from './draft.ts';
import { LocationStep } from './location-step.tsx';
import { STEPS, type Step } from './search.ts';
import { reachable, STEP_WORDS, Stepper } from './stepper.tsx';
import { SyncStep } from './sync-step.tsx';
import { VerifyStep } from './verify-step.tsx';

const route = getRouteApi('/shell/connections/new');

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

function Abilities({ draft }: { draft: Draft }) {
  const { data: run } = useQuery({
    ...checksQuery(draft.connectionId ?? ''),
    enabled: draft.connectionId !== null,
  });
  const parsed = locationOf(draft);
  const { kind, sasToken, deliverySasToken } = draft.credential;
  const now = new Date();
  const sas = judgePasted(sasToken, 'list-and-read', now)?.summary ?? NO_EXCESS;
  const isSound = kind !== 'azure-sas' || toCredentialInput(draft.credential, now) !== null;
  return (
    <AbilityList
      known={{
        location: parsed?.ok ? parsed.location : null,
        credential:
          kind !== 'azure-sas'
            ? { kind }
            : {
                kind,
                sas,
                deliverySas: isSound
                  ? (judgePasted(deliverySasToken, 'delivery', now)?.summary ?? null)
                  : null,
              },
        checks: run?.checks ?? [],
        renditionPrefix: null,
        ownership: null,
      }}
    />
  );
}

/** Before a token is pasted: as one would be that Mooring asks for. */
const NO_EXCESS = {
  type: 'account' as const,
  version: '',
  permissions: 'rl',
  services: 'b',
  resourceTypes: 'co',
  startsAt: null,
  expiresAt: '',
  ipRange: null,
  protocol: null,
};
