import { type SasPurpose, sasLimits } from '@mooring/contract';
import { TriangleAlert } from 'lucide-react';
import { Field } from '@/components/ui/field.tsx';
import { SecretInput } from '@/components/ui/secret-input.tsx';
import { SasWords } from './credential-facts.tsx';
import { judgePasted, type SasPlace } from './draft.ts';
import type { CredentialFieldsProps } from './text-field.tsx';

/** A SAS, and the second token that lets browsers load straight from the storage. */
export function SasFields({
  value,
  change,
  location,
  isStored,
}: CredentialFieldsProps & { location: SasPlace; isStored: boolean }) {
  return (
    <>
      <SasField
        label="SAS token"
        purpose="list-and-read"
        location={location}
        value={value.sasToken}
        onChange={sasToken => change({ sasToken })}
        hint={
          isStored
            ? 'One is stored. Enter another to replace it.'
            : 'As Azure gives it, with or without the leading “?”. It is stored encrypted and never shown again.'
        }
      />
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          checked={value.wantsDelivery}
          onChange={event => change({ wantsDelivery: event.target.checked })}
          className="mt-1 accent-accent"
        />
        <span className="grid max-w-prose gap-0.5">
          <span className="font-medium">Load straight from the storage, with a second token</span>
          <span className="text-sm text-muted">
            A URL made with a SAS carries all that it grants. A second token that can do nothing but read
            objects may go to browsers. Whoever sees such a URL can read every object whose name they know,
            until the token expires.
          </span>
        </span>
      </label>
      {value.wantsDelivery && (
        <SasField
          label="Delivery token"
          purpose="delivery"
          location={location}
          value={value.deliverySasToken}
          onChange={deliverySasToken => change({ deliverySasToken })}
          hint="Service Blob, resource type Object, permission Read, and nothing more."
        />
      )}
    </>
  );
}

function SasField({
  label,
  purpose,
  location,
  value,
  onChange,
  hint,
}: {
  label: string;
  purpose: SasPurpose;
  location: SasPlace;
  value: string;
  onChange: (value: string) => void;
  hint: string;
}) {
  const judged = judgePasted(value, purpose, new Date(), location);
  const error = judged?.errors[0];
  return (
    <Field
      label={label}
      hint={
        judged?.summary ? (
          <>
            It grants: <SasWords sas={judged.summary} />.
            {judged.errors.length === 0 && purpose === 'list-and-read' && (
              <span className="mt-1 block">{sasLimits(judged.summary).join(' ')}</span>
            )}
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
