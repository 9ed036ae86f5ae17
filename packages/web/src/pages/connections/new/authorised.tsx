import type { Connection, SetupRequest, SetupSectionId } from '@mooring/contract';
import { ChevronRight } from 'lucide-react';
import { Facts } from '@/components/facts.tsx';
import { SetupCommands } from '@/components/setup/setup-commands.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { kindOf } from '@/storage-kind.ts';
import { CredentialFacts } from '../credential/credential-facts.tsx';
import { Overlaps } from '../overlaps.tsx';
import { ShareSetup } from '../share-setup.tsx';
import { OwnershipPart } from './ownership-part.tsx';
import { StepActions } from './step-actions.tsx';

const SECTIONS: readonly SetupSectionId[] = ['start', 'identity', 'roles', 'ownership'];

/** The second step once the credential is stored: what it is, and what is left to be done at the storage. */
export function Authorised({
  connection,
  request,
  ownershipRefusal,
  onChange,
  onDone,
}: {
  connection: Connection;
  request: SetupRequest | null;
  ownershipRefusal: string | null;
  /** The person wants another credential. */
  onChange: () => void;
  onDone: () => void;
}) {
  const isWanted = connection.ownership === null || connection.ownership.provenAt !== null;
  const kind = kindOf(connection.provider);
  const document = request && kind.setup.generate(request);
  const isEmpty = document?.sections.every(({ id }) => !SECTIONS.includes(id)) ?? false;
  const commands = document ? (
    <SetupCommands document={document} sections={SECTIONS} />
  ) : (
    <SkeletonRows rows={3} />
  );
  return (
    <>
      <div className="grid gap-2">
        <Facts className="rounded-lg border px-4">
          <CredentialFacts connection={connection} />
        </Facts>
        <Button variant="ghost" size="sm" className="-ml-2 justify-self-start text-accent" onClick={onChange}>
          Change the credential
        </Button>
      </div>
      {connection.overlaps.length > 0 && (
        <section aria-label="Other connections to this account" className="grid gap-1">
          <Overlaps overlaps={connection.overlaps} />
        </section>
      )}
      {connection.ownership && <OwnershipPart connection={connection} refusal={ownershipRefusal} />}
      {isEmpty ? null : isWanted ? (
        <details className="group">
          <summary className="flex items-center gap-1 text-sm text-muted hover:text-ink">
            <ChevronRight aria-hidden className="size-4 group-open:rotate-90" />
            The commands, for later
          </summary>
          <div className="pt-3">{commands}</div>
        </details>
      ) : (
        commands
      )}
      {request && <ShareSetup kind={kind} request={request} />}
      <StepActions onClick={onDone}>
        {!isWanted && (
          <span className="text-sm text-muted">
            You can continue, but nothing works until the owner has said so.
          </span>
        )}
      </StepActions>
    </>
  );
}
