import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { SecretInput } from '@/components/ui/secret-input.tsx';
import { type CredentialDraft, FIELD_PROBLEMS } from './draft.ts';

export interface CredentialFieldsProps {
  value: CredentialDraft;
  change: (changes: Partial<CredentialDraft>) => void;
}

type TextField = 'tenantId' | 'clientId' | 'clientSecret' | 'identityClientId';

/** One field of a credential, judged as it is typed. */
export function TextField({
  value,
  change,
  name,
  label,
  hint,
  secret,
  optional = false,
  placeholder,
}: CredentialFieldsProps & {
  name: TextField;
  label: string;
  hint: string;
  /** What it is called by the button that shows it. */
  secret?: string;
  optional?: boolean;
  placeholder?: string | undefined;
}) {
  return (
    <Field label={label} hint={hint} error={FIELD_PROBLEMS[name](value[name])} optional={optional}>
      {props => {
        const input = {
          ...props,
          value: value[name],
          placeholder,
          onChange: (event: React.ChangeEvent<HTMLInputElement>) => change({ [name]: event.target.value }),
        };
        return secret ? <SecretInput {...input} label={secret} /> : <Input {...input} />;
      }}
    </Field>
  );
}
