import { type AzureLocation, type Credential, generateSetup } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { installationQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { SetupCommands } from '@/components/setup/setup-commands.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { type Grants, READ_ONLY, setupRequestOf } from '../setup-request.ts';
import { AppFields } from './app-fields.tsx';
import type { CredentialDraft } from './draft.ts';
import { KindChoice } from './kind-choice.tsx';
import { SasFields } from './sas-fields.tsx';
import { TextField } from './text-field.tsx';

interface Props {
  value: CredentialDraft;
  onChange: (value: CredentialDraft) => void;
  location: AzureLocation;
  /** The credential that a connection has already. */
  stored?: Credential | null;
  grants?: Grants;
  /** Comes between the choice and its commands. */
  children?: ReactNode;
  /** Comes right after the commands. */
  afterCommands?: ReactNode;
}

/** How Mooring is let in: the choice, the commands that prepare it, and its fields, judged as they are typed. */
export function CredentialFields({
  value,
  onChange,
  location,
  stored,
  grants = READ_ONLY,
  children,
  afterCommands,
}: Props) {
  const { data: installation, error, refetch } = useQuery(installationQuery);
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!installation) return <SkeletonRows rows={4} />;
  const change = (changes: Partial<CredentialDraft>) => onChange({ ...value, ...changes });
  const isStored = stored?.kind === value.kind;
  const document = generateSetup(
    setupRequestOf({ location, credential: value, installation, grants, ownership: null, origin: null }),
  );
  return (
    <>
      <KindChoice value={value.kind} onChoose={kind => change({ kind })} installation={installation} />
      {children}
      <SetupCommands document={document} sections={['start', 'identity', 'roles']} />
      {afterCommands}
      <KindFields value={value} change={change} isStored={isStored} location={location} />
    </>
  );
}

function KindFields(props: {
  value: CredentialDraft;
  change: (changes: Partial<CredentialDraft>) => void;
  isStored: boolean;
  location: AzureLocation;
}) {
  switch (props.value.kind) {
    case 'azure-sas':
      return <SasFields {...props} />;
    case 'azure-mooring-app':
      return (
        <TextField
          {...props}
          name="tenantId"
          label="Tenant id"
          hint="The directory that the storage account belongs to. Consent fills it in; az account show prints it."
        />
      );
    case 'azure-managed-identity':
      return (
        <TextField
          {...props}
          name="identityClientId"
          label="Client id of the identity"
          optional
          hint="Only for a user-assigned identity. Empty: the one of the machine itself."
        />
      );
    case 'azure-cli':
      return (
        <TextField
          {...props}
          name="tenantId"
          label="Tenant id"
          optional
          hint="Only where the person has several directories. Empty: the one that az login chose."
        />
      );
    default:
      return <AppFields {...props} />;
  }
}
