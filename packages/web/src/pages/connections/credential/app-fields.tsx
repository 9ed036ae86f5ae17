import { Snippet } from '@/components/snippet.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { SecretInput } from '@/components/ui/secret-input.tsx';
import { Tabs } from '@/components/ui/tabs.tsx';
import { createAppCommand, grantRolesCommand } from '../azure-commands.ts';
import { type CredentialFieldsProps, FIELD_PROBLEMS } from './draft.ts';

/** An app registration: how to make one, what to grant it, and its three values. */
export function AppFields({ value, change, location }: CredentialFieldsProps) {
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

function PortalSteps({ location: { account, container } }: Pick<CredentialFieldsProps, 'location'>) {
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
