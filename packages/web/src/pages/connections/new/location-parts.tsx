import type { LocationRefusal } from '@mooring/contract';
import { useState } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { type Draft, type LocationPart, withPart } from './draft.ts';
import { endpointWords } from './endpoint-words.ts';

interface Props {
  draft: Draft;
  refusal: LocationRefusal | null;
  change: (changes: Partial<Draft>) => void;
}

/** What an address says, part by part. Each can be typed or corrected by itself. */
export function LocationParts(props: Props) {
  const { prefix } = props.draft;
  return (
    <fieldset className="grid items-start gap-4 border-l-2 pl-4 sm:grid-cols-2">
      <legend className="sr-only">Its parts</legend>
      <Part {...props} part="account" label="Storage account" placeholder="acmemedia" />
      <Part {...props} part="container" label="Container" placeholder="photos" />
      <Part
        {...props}
        part="prefix"
        label="Prefix"
        optional
        placeholder="raw/2026/"
        hint={prefix === '' ? 'None: the whole container.' : 'Mooring looks at nothing else.'}
        className="sm:col-span-2"
      />
      <Endpoint {...props} />
    </fieldset>
  );
}

function Part({
  draft,
  refusal,
  change,
  part,
  hint,
  ...field
}: Props & {
  part: LocationPart;
  label: string;
  placeholder: string;
  optional?: boolean;
  hint?: string;
  className?: string;
}) {
  const [isLeft, setLeft] = useState(false);
  const { placeholder, ...shown } = field;
  // An empty part is missed only once it was left empty.
  const isWrong = refusal?.field === part && (draft[part].trim() !== '' || isLeft);
  return (
    <Field
      {...shown}
      hint={hint}
      error={
        isWrong && (
          <>
            {refusal.message} <span className="text-ink">{refusal.fix}</span>
          </>
        )
      }
    >
      {props => (
        <Input
          {...props}
          value={draft[part]}
          placeholder={placeholder}
          onBlur={() => setLeft(true)}
          onChange={event => change(withPart(draft, part, event.target.value))}
        />
      )}
    </Field>
  );
}

/** Which cloud the account is in: in words, because it follows from the address; a field for those who know better. */
function Endpoint(props: Props) {
  const { draft, refusal } = props;
  const [isOpen, setOpen] = useState(false);
  const endpoint =
    draft.endpoint.trim() || (draft.account && `https://${draft.account}.blob.core.windows.net`);
  const { kind, note } = endpointWords(endpoint || 'https://a.blob.core.windows.net');
  const words = note ? `${kind}. ${note}` : `${kind}.`;
  if (isOpen || refusal?.field === 'endpoint') {
    return (
      <Part
        {...props}
        part="endpoint"
        label="Endpoint"
        placeholder="https://account.blob.core.windows.net"
        hint={words}
        className="sm:col-span-2"
      />
    );
  }
  return (
    <div className="grid gap-1 sm:col-span-2">
      <span className="text-sm font-medium">Endpoint</span>
      <p className="text-sm text-muted">
        {draft.endpoint && <span className="break-all text-ink">{draft.endpoint} · </span>}
        {words}
      </p>
      <Button
        variant="ghost"
        size="sm"
        className="-ml-2 justify-self-start text-accent"
        onClick={() => setOpen(true)}
      >
        Change the endpoint
      </Button>
    </div>
  );
}
