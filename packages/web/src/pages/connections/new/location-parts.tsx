import type { LocationPart, Refusal } from '@mooring/storage';
import { useState } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { kindOf } from '@/storage-kind.ts';
import { type Draft, withPart } from './draft.ts';

interface Props {
  draft: Draft;
  refusal: Refusal | null;
  change: (changes: Partial<Draft>) => void;
}

/** What an address says, part by part. Each can be typed or corrected by itself. */
export function LocationParts(props: Props) {
  const { draft } = props;
  const { words, location } = kindOf(draft.provider);
  const advanced = location.parts.filter(part => part.advanced);
  return (
    <fieldset className="grid items-start gap-4 border-l-2 pl-4 sm:grid-cols-2">
      <legend className="sr-only">Its parts</legend>
      {location.parts
        .filter(part => !part.advanced)
        .map(part =>
          part.name === 'prefix' ? (
            <Part
              key={part.name}
              {...props}
              part={part}
              hint={
                draft.parts.prefix ? 'Mooring looks at nothing else.' : `None: the whole ${words.container}.`
              }
              className="sm:col-span-2"
            />
          ) : (
            <Part key={part.name} {...props} part={part} hint={part.hint} />
          ),
        )}
      {advanced.length > 0 && <Advanced {...props} parts={advanced} about={location.about(draft.parts)} />}
    </fieldset>
  );
}

function Part({
  draft,
  refusal,
  change,
  part: { name, label, optional, example },
  hint,
  className,
}: Props & { part: LocationPart; hint: string | undefined; className?: string }) {
  const [isLeft, setLeft] = useState(false);
  const text = draft.parts[name] ?? '';
  // An empty part is missed only once it was left empty.
  const isWrong = refusal?.field === name && (text.trim() !== '' || isLeft);
  return (
    <Field
      label={label}
      optional={optional === true}
      {...(className && { className })}
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
          value={text}
          placeholder={example}
          onBlur={() => setLeft(true)}
          onChange={event => change(withPart(draft, name, event.target.value))}
        />
      )}
    </Field>
  );
}

/** What follows from the address, such as which cloud the account is in: in words, and as fields for those who know better. */
function Advanced({ parts, about, ...props }: Props & { parts: LocationPart[]; about: string }) {
  const { draft, refusal } = props;
  const [isOpen, setOpen] = useState(false);
  if (isOpen || parts.some(({ name }) => name === refusal?.field)) {
    return parts.map((part, i) => (
      <Part
        key={part.name}
        {...props}
        part={part}
        hint={i === 0 ? about : part.hint}
        className="sm:col-span-2"
      />
    ));
  }
  const names = parts.map(({ label }) => label);
  const typed = parts.flatMap(({ name }) => draft.parts[name] || []);
  return (
    <div className="grid gap-1 sm:col-span-2">
      <span className="text-sm font-medium">{names.join(', ')}</span>
      <p className="text-sm text-muted">
        {typed.length > 0 && <span className="break-all text-ink">{typed.join(', ')} · </span>}
        {about}
      </p>
      <Button
        variant="ghost"
        size="sm"
        className="-ml-2 justify-self-start text-accent"
        onClick={() => setOpen(true)}
      >
        Change the {names.join(' and the ').toLowerCase()}
      </Button>
    </div>
  );
}
