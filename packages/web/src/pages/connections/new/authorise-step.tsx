import type { Connection, SetupRequest, StorageLocation } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { connectionQuery, connectionsQuery, installationQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Warning } from '@/components/warning.tsx';
import { kindOf, offersOf } from '@/storage-kind.ts';
import { CredentialFields } from '../credential/credential-fields.tsx';
import { isStoredCredential, wayOf, wholeRefusal, withoutSecrets } from '../credential/draft.ts';
import { GrantsFields } from '../credential/grants-fields.tsx';
import { recommendedWay } from '../credential/ways.ts';
import { renditionPrefixProblem } from '../setup-request.ts';
import { ShareSetup } from '../share-setup.tsx';
import { Authorised } from './authorised.tsx';
import { ConsentPart } from './consent-part.tsx';
import type { Draft } from './draft.ts';
import { FailedTrial } from './failed-trial.tsx';
import { isAuthorised, madeAtThisPlace, madeOfThisKind, saveConnection } from './save-connection.ts';
import { StepActions } from './step-actions.tsx';
import { type Trial, useTrial } from './use-trial.ts';

interface Props {
  draft: Draft;
  location: StorageLocation;
  /** What was made from this draft, at any place. */
  connection: Connection | null;
  /** What the commands are made from; null until it is known what this installation offers. */
  request: SetupRequest | null;
  change: (changes: Partial<Draft>) => void;
  onDone: () => void;
}

/** Lets Mooring in, and makes the connection: what is left afterwards is to be done at the storage. */
export function AuthoriseStep(props: Props) {
  const { draft, location, connection, request, onDone } = props;
  const made = madeAtThisPlace(connection, draft, location);
  const kind = kindOf(draft.provider);
  const isSaved = made !== null && isStoredCredential(kind, draft.credential, made.credential);
  const trial = useTrial(made);
  const [isChanging, setChanging] = useState(trial.failed !== null);
  useRecommendation(draft, props.change);
  return isSaved && !isChanging && !trial.isRunning && !trial.failed ? (
    <Authorised
      connection={made}
      request={request}
      ownershipRefusal={draft.ownershipRefusal}
      onChange={() => setChanging(true)}
      onDone={onDone}
    />
  ) : (
    <CredentialForm {...props} {...{ made, isSaved, trial }} onSaved={() => setChanging(false)} />
  );
}

function CredentialForm({
  draft,
  location,
  connection,
  made,
  isSaved,
  request,
  change,
  trial,
  onSaved,
  onDone,
}: Props & { made: Connection | null; isSaved: boolean; trial: Trial; onSaved: () => void }) {
  const save = useSave(draft, location, connection, change);
  const isReady =
    isAuthorised(draft, location, connection) &&
    renditionPrefixProblem(draft.grants.renditionPrefix) === null;
  const kind = kindOf(draft.provider);
  const way = wayOf(kind, draft.credential.kind);
  const context = { now: new Date(), location, accessMode: 'server' } as const;
  const own = madeOfThisKind(connection, draft);
  const refusal = isReady ? null : wholeRefusal(kind, draft.credential, context);
  const isPending = save.isPending || trial.isRunning;
  const goOn = () => {
    onSaved();
    onDone();
  };
  const submit = async () => {
    const saved = await save.mutateAsync();
    // The owner's mark can be made only now that it is known: the step goes on here, and nothing can be tried before.
    if (saved.ownership !== null && saved.ownership.provenAt === null) return onSaved();
    if (await trial.run(saved)) goOn();
  };
  return (
    <form
      className="grid grid-cols-1 gap-5"
      onSubmit={event => {
        event.preventDefault();
        if (isReady && !isPending) submit().catch(() => {}); // shown below
      }}
    >
      <CredentialFields
        kind={kind}
        value={draft.credential}
        onChange={credential => change({ credential, isKindChosen: true })}
        location={location}
        stored={own?.credential ?? null}
        grants={draft.grants}
        afterCommands={request && <ShareSetup kind={kind} request={request} />}
      >
        {way?.consent && (
          <ConsentPart
            kind={kind}
            way={way}
            words={way.consent}
            credential={draft.credential}
            consent={draft.consent}
          />
        )}
        {way?.isGranted && (
          <GrantsFields kind={kind} value={draft.grants} onChange={grants => change({ grants })} />
        )}
      </CredentialFields>
      {refusal && (
        <Warning>
          {refusal.message} {refusal.fix}
        </Warning>
      )}
      {!isPending && made && trial.failed && <FailedTrial check={trial.failed} />}
      {!isPending && (save.error ?? trial.error) && <ProblemView error={save.error ?? trial.error} />}
      <StepActions
        label={
          save.isPending
            ? 'Saving…'
            : trial.isRunning
              ? 'Trying it…'
              : isSaved || !way?.isShared
                ? 'Continue'
                : 'Save and continue'
        }
        disabled={!isReady || isPending}
        why="Fill in the fields above. Secrets are stored by the server, encrypted, and never in the browser."
      >
        {made && isSaved && trial.failed && !isPending && <Button onClick={goOn}>Continue anyway</Button>}
      </StepActions>
    </form>
  );
}

/** Makes the connection or brings it in line; what is secret is with the server then, and no longer here. */
function useSave(
  draft: Draft,
  location: StorageLocation,
  connection: Connection | null,
  change: Props['change'],
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => saveConnection(draft, location, connection),
    onSuccess: saved => {
      change({
        connectionId: saved.id,
        credential: withoutSecrets(kindOf(draft.provider), draft.credential),
        ownershipRefusal: null,
      });
      queryClient.setQueryData(connectionQuery(saved.id).queryKey, saved);
      return queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey, exact: true });
    },
  });
}

/** Chooses the best kind of credential, until the person chooses one. */
function useRecommendation({ provider, isKindChosen, credential }: Draft, change: Props['change']) {
  const { data: installation } = useQuery(installationQuery);
  const kind = kindOf(provider);
  const way = installation && recommendedWay(kind, offersOf(kind, installation)).id;
  useEffect(() => {
    if (!way || isKindChosen || credential.kind === way) return;
    change({ credential: { ...credential, kind: way } });
  }, [way, isKindChosen, credential, change]);
}
