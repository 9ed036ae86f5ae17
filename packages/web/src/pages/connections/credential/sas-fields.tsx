import { TriangleAlert } from 'lucide-react';
import { Snippet } from '@/components/snippet.tsx';
import { Field } from '@/components/ui/field.tsx';
import { SecretInput } from '@/components/ui/secret-input.tsx';
import { createSasCommand } from '../azure-commands.ts';
import { SasWords } from './credential-facts.tsx';
import { type CredentialFieldsProps, judgePasted } from './draft.ts';

/** An account SAS, and the second token that lets browsers load straight from the storage. */
export function SasFields({ value, change, location }: CredentialFieldsProps) {
  const now = new Date();
  return (
    <>
      <Snippet
        title="Make an account SAS for 90 days"
        text={createSasCommand(location.account, 'list-and-read', now)}
      />
      <SasField
        label="SAS token"
        purpose="list-and-read"
        value={value.sasToken}
        onChange={sasToken => change({ sasToken })}
        hint="As Azure gives it, with or without the leading “?”. It is stored encrypted and never shown again."
      />
      <details className="group">
        <summary className="text-sm font-medium text-accent">
          Load straight from the storage, with a second token
        </summary>
        <div className="grid gap-4 pt-3">
          <p className="max-w-prose text-sm">
            A SAS cannot be narrowed: a URL made with it carries all that it grants. So Mooring keeps it on
            the server and streams the bytes itself, which is the safe way. A second token that can do nothing
            but read objects may go to browsers, which then load straight from the storage. Whoever sees such
            a URL can read every object of the account whose name they know, until the token expires.
          </p>
          <Snippet
            title="Make a delivery token for 90 days"
            text={createSasCommand(location.account, 'delivery', now)}
          />
          <SasField
            label="Delivery token"
            optional
            purpose="delivery"
            value={value.deliverySasToken}
            onChange={deliverySasToken => change({ deliverySasToken })}
            hint="Service Blob, resource type Object, permission Read, and nothing more."
          />
        </div>
      </details>
    </>
  );
}

function SasField({
  label,
  optional = false,
  purpose,
  value,
  onChange,
  hint,
}: {
  label: string;
  optional?: boolean;
  purpose: 'list-and-read' | 'delivery';
  value: string;
  onChange: (value: string) => void;
  hint: string;
}) {
  const judged = judgePasted(value, purpose, new Date());
  const error = judged?.errors[0];
  return (
    <Field
      label={label}
      optional={optional}
      hint={
        judged?.summary ? (
          <>
            It grants: <SasWords sas={judged.summary} />.
            {judged.warnings.map(({ message, fix }) => (
              <span key={message} className="mt-1 flex gap-1.5 text-warn">
                <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
                <span>
                  {message} {fix}
                </span>
              </span>
            ))}
          </>
        ) : (
          hint
        )
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
        <SecretInput
          {...props}
          label={label}
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
