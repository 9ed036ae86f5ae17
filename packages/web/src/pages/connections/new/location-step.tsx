import { type AzureLocation, type LocationParse, parseSas } from '@mooring/contract';
import { useState } from 'react';
import { Fact, Facts } from '@/components/facts.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { type Draft, locationOf, nameOf } from './draft.ts';
import { StepActions } from './step-actions.tsx';

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  onDone: () => void;
}

/** Where the data is: any address of the container, or its parts. */
export function LocationStep({ draft, change, onDone }: Props) {
  const parsed = locationOf(draft);
  const location = parsed?.ok ? parsed.location : null;
  return (
    <form
      className="grid gap-5"
      onSubmit={event => {
        event.preventDefault();
        if (location) onDone();
      }}
    >
      {draft.by === 'url' ? (
        <ByUrl draft={draft} parsed={parsed} change={change} />
      ) : (
        <ByParts draft={draft} parsed={parsed} change={change} />
      )}
      <Button
        variant="ghost"
        size="sm"
        className="-mt-2 -ml-2 justify-self-start text-accent"
        onClick={() => change(draft.by === 'url' ? { by: 'parts', ...partsOf(location) } : { by: 'url' })}
      >
        {draft.by === 'url' ? 'Type account and container instead' : 'Paste a URL instead'}
      </Button>
      {location && (
        <>
          <Facts className="rounded-lg border px-4">
            <Fact name="Account">{location.account}</Fact>
            <Fact name="Container">{location.container}</Fact>
            <Fact name="Prefix">
              {location.prefix || <span className="text-muted">none: the whole container</span>}
            </Fact>
            <Fact name="Endpoint">
              <span className="break-all">{location.endpoint}</span>
            </Fact>
          </Facts>
          <Field label="Name" optional hint="What this connection is called in Mooring.">
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
        </>
      )}
      <StepActions disabled={!location} />
    </form>
  );
}

const partsOf = (location: AzureLocation | null): Partial<Draft> =>
  location ? { account: location.account, container: location.container, prefix: location.prefix } : {};

interface PartProps extends Pick<Props, 'draft' | 'change'> {
  parsed: LocationParse | null;
}

/** Half a URL is not a wrong one: what is wrong is said once the field was left or a whole address is there. */
function useLeft() {
  const [isLeft, setLeft] = useState(false);
  return { isLeft, onBlur: () => setLeft(true) };
}

/** A token in a pasted address belongs to the next step, and does not stay in sight. */
function takeUrl(text: string, { credential }: Draft): Partial<Draft> {
  const sas = text.includes('sig=') ? parseSas(text) : null;
  if (!sas?.ok || !sas.url) return { url: text };
  return { url: sas.url, credential: { ...credential, kind: 'azure-sas', sasToken: sas.token } };
}

function ByUrl({ draft, parsed, change }: PartProps) {
  const { isLeft, onBlur } = useLeft();
  const isWhole = isLeft || /\/\/[^/]+\/./.test(draft.url);
  const error = parsed && !parsed.ok && isWhole ? parsed : null;
  return (
    <Field
      label="URL of the container"
      hint={
        draft.credential.sasToken && draft.credential.kind === 'azure-sas'
          ? 'The SAS token in the address was taken out; it is used in the next step.'
          : 'Any address of the container or of a file in it. In the Azure portal: the container, then “Properties”.'
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
          value={draft.url}
          placeholder="https://account.blob.core.windows.net/container"
          onBlur={onBlur}
          onChange={event => change(takeUrl(event.target.value, draft))}
        />
      )}
    </Field>
  );
}

const PARTS = [
  { name: 'account', label: 'Storage account', placeholder: 'acmemedia', optional: false },
  { name: 'container', label: 'Container', placeholder: 'photos', optional: false },
  { name: 'prefix', label: 'Prefix', placeholder: 'raw/2026/', optional: true },
] as const;

function ByParts({ draft, parsed, change }: PartProps) {
  const { isLeft, onBlur } = useLeft();
  const error = parsed && !parsed.ok ? parsed : null;
  return PARTS.map(({ name, label, placeholder, optional }) => {
    const isWrong = error?.field === name && (draft[name] !== '' || isLeft);
    return (
      <Field
        key={name}
        label={label}
        optional={optional}
        error={
          isWrong && (
            <>
              {error.message} <span className="text-ink">{error.fix}</span>
            </>
          )
        }
      >
        {props => (
          <Input
            {...props}
            value={draft[name]}
            placeholder={placeholder}
            onBlur={name === 'container' ? onBlur : undefined}
            onChange={event => change({ [name]: event.target.value })}
          />
        )}
      </Field>
    );
  });
}
