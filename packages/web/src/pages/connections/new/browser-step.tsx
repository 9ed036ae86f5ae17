import type { AzureLocation, Connection } from '@mooring/contract';
import { useMutation } from '@tanstack/react-query';
import { ProblemView } from '@/components/problem.tsx';
import { Snippet } from '@/components/snippet.tsx';
import { addCorsCommand } from '../azure-commands.ts';
import { toCredentialInput } from '../credential/draft.ts';
import type { Draft } from './draft.ts';
import { saveConnection } from './save-connection.ts';
import { StepActions } from './step-actions.tsx';

interface Props {
  draft: Draft;
  location: AzureLocation;
  onMissing: () => void;
  onMade: (connection: Connection) => void;
}

/** Lets browsers load from the storage, then makes the connection. */
export function BrowserStep({ draft, location, onMissing, onMade }: Props) {
  const credential = toCredentialInput(draft.credential, new Date());
  const save = useMutation({
    mutationFn: () => saveConnection(draft, location, credential),
    onSuccess: onMade,
  });
  const isRelayed = draft.credential.kind === 'azure-sas' && draft.credential.deliverySasToken.trim() === '';
  const isMissing = credential === null && draft.connectionId === null;
  return (
    <>
      {isRelayed ? <NothingToDo /> : <AllowOrigin account={location.account} />}
      {save.error && <ProblemView error={save.error} />}
      {isMissing ? (
        <>
          <p className="max-w-prose">
            The secret is missing: it is not kept when the page is loaded again. Enter it once more to go on.
          </p>
          <StepActions label="Back to Authorise" onClick={onMissing} />
        </>
      ) : (
        <StepActions
          label={save.isPending ? 'Saving…' : draft.connectionId ? 'Save and verify' : 'Create and verify'}
          disabled={save.isPending}
          onClick={() => save.mutate()}
        />
      )}
    </>
  );
}

const NothingToDo = () => (
  <div className="grid max-w-prose gap-2">
    <p className="font-medium">Nothing needs to be done here.</p>
    <p className="text-muted">
      With a single SAS token, browsers never speak to the storage: Mooring’s server reads the bytes and
      streams them on, under short-lived addresses of its own. So the storage needs no CORS rule.
    </p>
  </div>
);

function AllowOrigin({ account }: { account: string }) {
  const { origin } = window.location;
  return (
    <div className="grid gap-3">
      <p className="max-w-prose">
        Browsers load straight from the storage, and first ask it whether pages of{' '}
        <strong className="font-semibold [overflow-wrap:anywhere]">{origin}</strong> may. Add a CORS rule that
        says yes. It goes beside rules that exist; an account takes five.
      </p>
      <Snippet title="Add the CORS rule" text={addCorsCommand(account, origin)} />
      <details>
        <summary className="text-sm font-medium text-accent">In the Azure portal</summary>
        <p className="max-w-prose pt-2 text-sm">
          Open the storage account {account}, then “Resource sharing (CORS)”, “Blob service”, and add a row:
          allowed origin <code className="font-mono [overflow-wrap:anywhere]">{origin}</code> without a slash
          at its end, methods GET and HEAD, allowed headers{' '}
          <code className="font-mono">range,if-match,if-none-match</code>, exposed headers{' '}
          <code className="font-mono [overflow-wrap:anywhere]">
            content-length,content-range,content-type,etag,accept-ranges
          </code>
          , max age 3600.
        </p>
      </details>
      <p className="max-w-prose text-sm text-muted">
        Without it, images and videos still show here, but texts do not, and annotation tools cannot read
        pixels. You can add it later and run the checks again.
      </p>
    </div>
  );
}
