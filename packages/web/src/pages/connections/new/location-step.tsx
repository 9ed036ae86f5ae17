import {
  type AzureLocation,
  isConnectionString,
  type LocationRefusal,
  secretRefusal,
} from '@mooring/contract';
import { useState } from 'react';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { type Draft, locationOf, nameOf, takeAddress } from './draft.ts';
import { LocationParts } from './location-parts.tsx';
import { StepActions } from './step-actions.tsx';

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  onDone: () => void;
}

/** Where the data is: any address, taken apart as it is typed; each part can be typed too. */
export function LocationStep({ draft, change, onDone }: Props) {
  const parsed = locationOf(draft);
  const location = parsed?.ok ? parsed.location : null;
  const refusal = parsed && !parsed.ok ? parsed : null;
  const nameProblem = secretRefusal(draft.name);
  return (
    <form
      className="grid gap-5"
      onSubmit={event => {
        event.preventDefault();
        if (location && !nameProblem) onDone();
      }}
    >
      <AddressField draft={draft} refusal={refusal} change={change} />
      <LocationParts draft={draft} refusal={refusal} change={change} />
      {location && (
        <NameField draft={draft} location={location} change={change} problem={nameProblem?.message ?? null} />
      )}
      <StepActions
        disabled={!location || nameProblem !== null}
        why={
          parsed === null
            ? 'Paste an address, or type account and container.'
            : 'Something above is not right yet.'
        }
      />
    </form>
  );
}

function AddressField({
  draft,
  refusal,
  change,
}: Pick<Props, 'draft' | 'change'> & { refusal: LocationRefusal | null }) {
  const [isLeft, setLeft] = useState(false);
  // Half an address is not a wrong one: what is wrong is said once the field was left or a whole one is there.
  const isWhole =
    isLeft ||
    /\/\/[^/]+\./.test(draft.address) ||
    isConnectionString(draft.address) ||
    secretRefusal(draft.address) !== null;
  const error = refusal?.field === 'url' && isWhole ? refusal : null;
  const tookToken = draft.credential.kind === 'azure-sas' && draft.credential.sasToken !== '';
  return (
    <Field
      label="Address, or the account’s name"
      hint={
        tookToken
          ? 'The SAS token in the address was taken out; it is used in the next step.'
          : 'Any address of the container or of a file in it, with or without a SAS token. In the Azure portal: the container, then “Properties”.'
      }
      error={
        error && (
          <>
            {error.message} <span className="text-ink">{error.fix}</span>
          </>
        )
      }
    >
      {props => (
        <Input
          {...props}
          inputMode="url"
          value={draft.address}
          placeholder="https://account.blob.core.windows.net/container"
          onBlur={() => setLeft(true)}
          onChange={event => change(takeAddress(event.target.value, draft))}
        />
      )}
    </Field>
  );
}

const NameField = ({
  draft,
  location,
  change,
  problem,
}: Pick<Props, 'draft' | 'change'> & { location: AzureLocation; problem: string | null }) => (
  <Field label="Name" optional hint="What this connection is called in Mooring." error={problem}>
    {props => (
      <Input
        {...props}
        value={draft.name}
        maxLength={120}
        placeholder={nameOf({ name: '' }, location)}
        onChange={event => change({ name: event.target.value })}
      />
    )}
  </Field>
);
