import type { CredentialWay, StorageKind } from '@mooring/storage';
import { useMutation } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, ExternalLink } from 'lucide-react';
import { client } from '@/api/client.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { type CredentialDraft, textOf } from '../credential/draft.ts';
import type { Consent } from './draft.ts';
import { returnPath } from './sign-in-return.ts';

type Words = NonNullable<CredentialWay['consent']>;

/** Leads to the sign-in where an administrator consents to this Mooring's app, and says what came of it. */
export function ConsentPart({
  kind,
  way,
  words,
  credential,
  consent,
}: {
  kind: StorageKind;
  way: CredentialWay;
  /** Of the way. */
  words: Words;
  credential: CredentialDraft;
  consent: Consent | null;
}) {
  const field = way.fields.find(({ name }) => name === words.fills);
  const typed = field ? textOf(credential, field).trim() : '';
  const isSound = field?.judge(typed, { now: new Date(), location: null }).problems.length === 0;
  const start = useMutation({
    mutationFn: () =>
      client.call('startConsent', {
        body: {
          provider: kind.id,
          returnTo: returnPath(),
          ...(typed !== '' && isSound && { [words.fills]: typed }),
        },
      }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <div className="grid gap-3">
      <p className="max-w-prose">{words.text}</p>
      {consent && <ConsentOutcome consent={consent} words={words} />}
      {start.error && <ProblemView error={start.error} />}
      <Button
        variant={consent?.outcome === 'granted' ? 'secondary' : 'primary'}
        className="justify-self-start"
        disabled={start.isPending || start.isSuccess}
        onClick={() => start.mutate()}
      >
        <ExternalLink aria-hidden />
        {start.isPending || start.isSuccess ? `Going to ${kind.words.cloud}…` : words.button}
      </Button>
    </div>
  );
}

function ConsentOutcome({ consent, words: { where, who, button } }: { consent: Consent; words: Words }) {
  if (consent.outcome === 'granted') {
    return (
      <p role="status" className="flex gap-2">
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
        <span className="min-w-0">
          <span className="font-medium text-good">Consent was given</span>
          {consent.filled && ` ${where} ${consent.filled}`}. Now grant the role, below.
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
          Ask {who}, to press “{button}” here, or send them the page of commands below: the first of them does
          the same. Mooring keeps everything that you entered.
        </p>
      </div>
    </div>
  );
}
