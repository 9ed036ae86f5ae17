import type { Connection, StorageLocation } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { checksQuery } from '@/api/queries.ts';
import { kindOf } from '@/storage-kind.ts';
import { AbilityList } from '../ability-list.tsx';
import { isStoredCredential, previewOf } from '../credential/draft.ts';
import { renditionPrefixProblem } from '../setup-request.ts';
import type { Draft } from './draft.ts';

/** What Mooring can do, as far as it is known: from what is typed, later from the connection and its checks. */
export function DraftAbilities({
  draft,
  location,
  connection,
  isChosen,
}: {
  draft: Draft;
  location: StorageLocation | null;
  connection: Connection | null;
  /** Whether it has come to the choice of a credential. */
  isChosen: boolean;
}) {
  const kind = kindOf(draft.provider);
  const isStored = connection !== null && isStoredCredential(kind, draft.credential, connection.credential);
  const { data: run } = useQuery({ ...checksQuery(connection?.id ?? ''), enabled: isStored });
  const { renditionPrefix } = draft.grants;
  const isWritten = renditionPrefix !== '' && renditionPrefixProblem(renditionPrefix) === null;
  const typed = isChosen ? previewOf(kind, draft.credential) : null;
  return (
    <AbilityList
      known={{
        kind,
        location,
        credential: isStored ? connection.credential : typed,
        checks: (isStored && run?.checks) || [],
        renditionPrefix: isWritten ? renditionPrefix : null,
        ownership: isStored ? connection.ownership : null,
      }}
    />
  );
}
