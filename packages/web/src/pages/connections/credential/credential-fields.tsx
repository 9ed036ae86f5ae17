import type { Credential, StorageLocation } from '@mooring/contract';
import type { StorageKind } from '@mooring/storage';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { installationQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { SetupCommands } from '@/components/setup/setup-commands.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { offersOf } from '@/storage-kind.ts';
import { type Grants, READ_ONLY, setupRequestOf } from '../setup-request.ts';
import { type CredentialDraft, wayOf } from './draft.ts';
import { WayChoice } from './way-choice.tsx';
import { WayFields } from './way-fields.tsx';

interface Props {
  kind: StorageKind;
  value: CredentialDraft;
  onChange: (value: CredentialDraft) => void;
  location: StorageLocation;
  /** The credential that a connection has already. */
  stored?: Credential | null;
  grants?: Grants;
  /** Comes between the choice and its commands. */
  children?: ReactNode;
  /** Comes right after the commands. */
  afterCommands?: ReactNode;
}

/** How Mooring signs in: the choice, the commands that prepare it, and its fields, judged as they are typed. */
export function CredentialFields({
  kind,
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
  const document = kind.setup.generate(
    setupRequestOf({
      kind,
      location,
      credential: value,
      installation,
      grants,
      ownership: null,
      origin: null,
    }),
  );
  return (
    <>
      <WayChoice
        kind={kind}
        value={value.kind}
        onChoose={way => onChange({ ...value, kind: way })}
        offers={offersOf(kind, installation)}
      />
      {children}
      <SetupCommands document={document} sections={['start', 'identity', 'roles']} />
      {afterCommands}
      <WayFields
        fields={wayOf(kind, value.kind)?.fields ?? []}
        value={value}
        onChange={onChange}
        isStored={stored?.kind === value.kind}
        location={location}
      />
    </>
  );
}
