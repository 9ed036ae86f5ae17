import type { AzureLocation, CredentialInput } from '@mooring/contract';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge.tsx';
import { cn } from '@/components/ui/cn.ts';
import { CREDENTIAL_WORDS } from '../words.ts';
import { AppFields } from './app-fields.tsx';
import type { CredentialDraft } from './draft.ts';
import { SasFields } from './sas-fields.tsx';

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
