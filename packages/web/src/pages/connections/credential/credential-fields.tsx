import type { AzureLocation, CredentialInput } from '@mooring/contract';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Snippet } from '@/components/snippet.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { cn } from '@/components/ui/cn.ts';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { SecretInput } from '@/components/ui/secret-input.tsx';
import { Tabs } from '@/components/ui/tabs.tsx';
import { createAppCommand, createSasCommand, grantRolesCommand } from '../azure-commands.ts';
import { CREDENTIAL_WORDS } from '../words.ts';
import { SasWords } from './credential-facts.tsx';
import { type CredentialDraft, FIELD_PROBLEMS, judgePasted } from './draft.ts';

interface Props {
  value: CredentialDraft;
  onChange: (value: CredentialDraft) => void;
  location: AzureLocation;
}

/** How Mooring is let in: an app registration or an account SAS, judged as it is typed. */
export function CredentialFields({ value, onChange, location }: Props) {
  const change = (changes: Partial<CredentialDraft>) => onChange({ ...value, ...changes });
  return (
    <>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">How Mooring is let in</legend>
        <KindChoice kind="azure-app" value={value.kind} onChoose={kind => change({ kind })} recommended>
          Reads one container and nothing else. Each URL that a browser gets opens one object, for some
          minutes.
        </KindChoice>
        <KindChoice kind="azure-sas" value={value.kind} onChoose={kind => change({ kind })}>
          Quick to make, for those who may not register apps. It reaches every container of the account until
          it expires.
        </KindChoice>
      </fieldset>
      {value.kind === 'azure-app' ? (
        <AppFields value={value} change={change} location={location} />
      ) : (
        <SasFields value={value} change={change} location={location} />
      )}
    </>
  );
}

function KindChoice({
  kind,
  value,
  onChoose,
  recommended = false,
  children,
}: {
  kind: CredentialInput['kind'];
  value: CredentialInput['kind'];
  onChoose: (kind: CredentialInput['kind']) => void;
  recommended?: boolean;
  children: ReactNode;
}) {
  const isChosen = kind === value;
  return (
    <label
      className={cn(
        'flex cursor-pointer gap-3 rounded-lg border px-4 py-3 has-focus-visible:outline-2 has-focus-visible:outline-accent',
        isChosen ? 'border-accent bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <input
        type="radio"
        name="credential-kind"
        checked={isChosen}
        onChange={() => onChoose(kind)}
        className="mt-1 accent-accent outline-none"
      />
      <span className="grid gap-0.5">
        <span className="flex items-center gap-2 font-medium">
          {CREDENTIAL_WORDS[kind]}
          {recommended && <Badge>Recommended</Badge>}
        </span>
        <span className={cn('text-sm', isChosen ? 'text-ink' : 'text-muted')}>{children}</span>
      </span>
    </label>
  );
}

interface FieldsProps {
  value: CredentialDraft;
  change: (changes: Partial<CredentialDraft>) => void;
  location: AzureLocation;
}

function AppFields({ value, change, location }: FieldsProps) {
  const clientId = FIELD_PROBLEMS.clientId(value.clientId) ? null : value.clientId.trim() || null;
  return (
    <>
      <Tabs
        label="How to make an app registration"
        items={[
          {
            value: 'cli',
            label: 'az CLI',
            content: (
              <div className="grid gap-3">
                <p className="max-w-prose text-sm">
                  Make an app registration, or take one that you have. The first command prints the three
                  values for the fields below.
                </p>
                <Snippet title="Make an app registration" text={createAppCommand('Mooring')} />
                <p className="max-w-prose text-sm">
                  Then let it read this container, and sign URLs. Role assignments take up to five minutes to
                  work.
                </p>
                <Snippet title="Grant the two roles" text={grantRolesCommand(location, clientId)} />
              </div>
            ),
          },
          { value: 'portal', label: 'Azure portal', content: <PortalSteps location={location} /> },
        ]}
      />
      <Field
        label="Tenant id"
        error={FIELD_PROBLEMS.tenantId(value.tenantId)}
        hint="“Directory (tenant) ID” on the app’s overview."
      >
        {props => (
          <Input
            {...props}
            value={value.tenantId}
            onChange={event => change({ tenantId: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Client id"
        error={FIELD_PROBLEMS.clientId(value.clientId)}
        hint="“Application (client) ID” on the app’s overview."
      >
        {props => (
          <Input
            {...props}
            value={value.clientId}
            onChange={event => change({ clientId: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Client secret"
        error={FIELD_PROBLEMS.clientSecret(value.clientSecret)}
        hint="Its value. It is stored encrypted and never shown again."
      >
        {props => (
          <SecretInput
            {...props}
            label="the client secret"
            value={value.clientSecret}
            onChange={event => change({ clientSecret: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function PortalSteps({ location: { account, container } }: { location: AzureLocation }) {
  const steps = [
    'In Microsoft Entra ID open “App registrations” and register a new one, such as “Mooring”. Leave the redirect address empty.',
    'On its overview copy the Directory (tenant) ID and the Application (client) ID.',
    'Under “Certificates & secrets” make a new client secret and copy its value.',
    `Open the storage account ${account}, then “Containers”, ${container}, “Access control (IAM)”, and give the app the role “Storage Blob Data Reader”.`,
    `Back in the storage account ${account}, under its own “Access control (IAM)”, give the app the role “Storage Blob Delegator”.`,
  ];
  return (
    <ol className="grid max-w-prose list-decimal gap-1.5 pl-5 text-sm marker:text-muted">
      {steps.map(step => (
        <li key={step} className="pl-1">
          {step}
        </li>
      ))}
    </ol>
  );
}

function SasFields({ value, change, location }: FieldsProps) {
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
