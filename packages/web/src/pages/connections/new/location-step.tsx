import type { StorageLocation } from '@mooring/contract';
import type { FormField, Refusal } from '@mooring/storage';
import { useState } from 'react';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { kindOf, mayBeKept, secretIn } from '@/storage-kind.ts';
import { textOf } from '../credential/draft.ts';
import { type Draft, locationOf, nameOf, takeAddress } from './draft.ts';
import { KindChoice } from './kind-choice.tsx';
import { LocationParts } from './location-parts.tsx';
import { StepActions } from './step-actions.tsx';

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  onDone: () => void;
}

/** Where the data is: any address, taken apart as it is typed; each part can be typed too. */
export function LocationStep({ draft, change, onDone }: Props) {
  const read = locationOf(draft);
  const location = read?.ok ? read.value : null;
  const refusal = read && !read.ok ? read : null;
  const nameProblem = secretIn(draft.name);
  return (
    <form
      className="grid gap-5"
      onSubmit={event => {
        event.preventDefault();
        if (location && !nameProblem) onDone();
      }}
    >
      <KindChoice draft={draft} change={change} />
      <AddressField draft={draft} refusal={refusal} change={change} />
      <LocationParts key={`${draft.provider} parts`} draft={draft} refusal={refusal} change={change} />
      {location && (
        <NameField draft={draft} location={location} change={change} problem={nameProblem?.message ?? null} />
      )}
      <StepActions
        disabled={!location || nameProblem !== null}
        why={read === null ? 'Paste an address, or type its parts.' : (refusal?.fix ?? nameProblem?.fix)}
      />
    </form>
  );
}

function AddressField({
  draft,
  refusal,
  change,
}: Pick<Props, 'draft' | 'change'> & { refusal: Refusal | null }) {
  const [isLeft, setLeft] = useState(false);
  const field = kindOf(draft.provider).location.address;
  // Half an address is not a wrong one: what is wrong is said once the field was left or a whole one is there.
  const isWhole = isLeft || /\/\/[^/]+\./.test(draft.address) || !mayBeKept(draft.address);
  const error = refusal?.field === field.name && isWhole ? refusal : null;
  // Where it was taken out of the address, and is still there.
  const [taken, setTaken] = useState<FormField | null>(null);
  const isTaken = taken !== null && textOf(draft.credential, taken) !== '';
  return (
    <Field
      label={field.label}
      hint={
        isTaken ? `The ${taken.label} in the address was taken out; it is used in the next step.` : field.hint
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
          placeholder={field.example}
          onBlur={() => setLeft(true)}
          onChange={event => {
            const next = takeAddress(event.target.value, draft);
            setTaken(next.taken ?? taken);
            change(next.draft);
          }}
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
}: Pick<Props, 'draft' | 'change'> & { location: StorageLocation; problem: string | null }) => (
  <Field label="Name" optional hint="What this connection is called in Mooring." error={problem}>
    {props => (
      <Input
        {...props}
        value={draft.name}
        maxLength={120}
        placeholder={nameOf({ ...draft, name: '' }, location)}
        onChange={event => change({ name: event.target.value })}
      />
    )}
  </Field>
);
