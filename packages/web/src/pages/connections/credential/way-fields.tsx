import type { StorageLocation } from '@mooring/contract';
import { type FormField, type Judgement, SOUND } from '@mooring/storage';
import { TriangleAlert } from 'lucide-react';
import { TimedText } from '@/components/timed-text.tsx';
import { Field, type FieldControlProps } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { SecretInput } from '@/components/ui/secret-input.tsx';
import { type CredentialDraft, isWanted, textOf, withText, withWanted } from './draft.ts';
import { FileField } from './file-field.tsx';

interface Props {
  value: CredentialDraft;
  onChange: (value: CredentialDraft) => void;
  /** Where the credential should lead. */
  location: StorageLocation;
  /** Whether a connection has one like it, so that nothing need be entered. */
  isStored: boolean;
}

/** The fields of one way to let Mooring in, each judged as it is typed. */
export const WayFields = ({ fields, ...props }: Props & { fields: readonly FormField[] }) =>
  fields.map(field => <WayField key={`${field.name} ${field.label}`} field={field} {...props} />);

function WayField({ field, ...props }: Props & { field: FormField }) {
  const { value, onChange } = props;
  const isOn = isWanted(value, field);
  return (
    <>
      {field.behind && (
        <label className="flex items-start gap-2.5">
          <input
            type="checkbox"
            checked={isOn}
            onChange={event => onChange(withWanted(value, field, event.target.checked))}
            className="mt-1 accent-accent"
          />
          <span className="grid max-w-prose gap-0.5">
            <span className="font-medium">{field.behind.label}</span>
            <span className="text-sm text-muted">{field.behind.hint}</span>
          </span>
        </label>
      )}
      {isOn && <JudgedField field={field} {...props} />}
    </>
  );
}

function JudgedField({ field, value, onChange, location, isStored }: Props & { field: FormField }) {
  const text = textOf(value, field);
  const judged = text.trim() === '' ? SOUND : field.judge(text, { now: new Date(), location });
  const error = judged.problems.find(({ level }) => level === 'error');
  const isKept = isStored && field.secret && !field.behind;
  const control = {
    value: text,
    placeholder: isKept && !field.file ? '••••••••' : field.example,
  };
  const take = (typed: string) => onChange(withText(value, field, typed));
  const render = (props: FieldControlProps) => {
    const input = {
      ...props,
      ...control,
      onChange: (event: React.ChangeEvent<HTMLInputElement>) => take(event.target.value),
    };
    return field.secret ? <SecretInput {...input} label={field.label} /> : <Input {...input} />;
  };
  const shown = {
    label: field.label,
    optional: field.optional === true && !field.behind,
    hint: judged.says ? (
      <Says judgement={judged} isSecretFile={Boolean(field.secret && field.file)} />
    ) : isKept ? (
      'One is stored. Enter another to replace it.'
    ) : (
      field.hint
    ),
    error: error && (
      <>
        {error.message} <span className="text-ink">{error.fix}</span>
      </>
    ),
  };
  return field.file ? (
    <FileField {...shown} {...control} accept={field.file} onChange={take} />
  ) : (
    <Field {...shown}>{render}</Field>
  );
}

/** What a text says of itself, and what it may be wise to change. */
const Says = ({
  judgement: { says, problems },
  isSecretFile,
}: {
  judgement: Judgement;
  isSecretFile: boolean;
}) => (
  <>
    <TimedText text={says ?? ''} />
    {isSecretFile && ' It is stored encrypted and never shown again.'}
    {problems
      .filter(({ level }) => level === 'warning')
      .map(({ message, fix }) => (
        <span key={message} className="mt-1 flex gap-1.5 text-warn">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            {message} {fix}
          </span>
        </span>
      ))}
  </>
);
