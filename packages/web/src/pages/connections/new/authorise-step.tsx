import type { AzureLocation } from '@mooring/contract';
import { CredentialFields } from '../credential/credential-fields.tsx';
import { toCredentialInput } from '../credential/draft.ts';
import type { Draft } from './draft.ts';
import { StepActions } from './step-actions.tsx';

interface Props {
  draft: Draft;
  location: AzureLocation;
  change: (changes: Partial<Draft>) => void;
  onDone: () => void;
}

export function AuthoriseStep({ draft, location, change, onDone }: Props) {
  const isReady = toCredentialInput(draft.credential, new Date()) !== null;
  const wasMade = draft.connectionId !== null;
  return (
    <form
      className="grid gap-5"
      onSubmit={event => {
        event.preventDefault();
        if (isReady || wasMade) onDone();
      }}
    >
      <CredentialFields
        value={draft.credential}
        onChange={credential => change({ credential })}
        location={location}
      />
      <StepActions
        disabled={!isReady && !wasMade}
        why="Fill in the fields above. They are kept while this page is open; secrets are never stored in the browser."
      >
        {!isReady && wasMade && (
          <span className="text-sm text-muted">
            The credential that was entered before stays unless you enter another.
          </span>
        )}
      </StepActions>
    </form>
  );
}
