import { useMutation } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, ExternalLink } from 'lucide-react';
import { client } from '@/api/client.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { FIELD_PROBLEMS } from '../credential/draft.ts';
import type { Consent } from './draft.ts';

/** Leads to Azure, where an administrator consents to this Mooring's app, and says what came of it. */
export function ConsentPart({ tenantId, consent }: { tenantId: string; consent: Consent | null }) {
  const known = FIELD_PROBLEMS.tenantId(tenantId) === null ? tenantId.trim() : '';
  const start = useMutation({
    mutationFn: () =>
      client.call('startConsent', {
        body: { returnTo: '/connections/new?step=authorise', ...(known && { tenantId: known }) },
      }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <div className="grid gap-3">
      <p className="max-w-prose">
        An administrator of the directory lets the app of this Mooring in. Azure asks them, and sends you back
        here. The app asks for no permission in the directory; what it may read, you grant below.
      </p>
      {consent && <ConsentOutcome consent={consent} />}
      {start.error && <ProblemView error={start.error} />}
      <Button
        variant={consent?.outcome === 'granted' ? 'secondary' : 'primary'}
        className="justify-self-start"
        disabled={start.isPending || start.isSuccess}
        onClick={() => start.mutate()}
      >
        <ExternalLink aria-hidden />
        {start.isPending || start.isSuccess ? 'Going to Azure…' : 'Connect to Azure'}
      </Button>
    </div>
  );
}

function ConsentOutcome({ consent }: { consent: Consent }) {
  if (consent.outcome === 'granted') {
    return (
      <p role="status" className="flex gap-2">
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
        <span className="min-w-0">
          <span className="font-medium text-good">Consent was given</span>
          {consent.tenantId && <> in the directory {consent.tenantId}</>}. Now grant the role, below.
        </span>
      </p>
    );
  }
  return (
    <div role="alert" className="flex gap-2 rounded-lg bg-warn-soft p-4">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <div className="grid min-w-0 gap-1.5">
        <p className="font-medium text-warn">Consent was not given</p>
        {consent.reason && <p className="break-words">{consent.reason}</p>}
        <p>
          Ask somebody with the role Cloud Application Administrator, or Global Administrator, to press
          “Connect to Azure” here, or send them the page of commands below: the first of them does the same.
          Nothing that you entered is lost.
        </p>
      </div>
    </div>
  );
}
