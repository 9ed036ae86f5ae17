import type { AzureLocation, Connection, SasSummary } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { checksQuery } from '@/api/queries.ts';
import type { KnownCredential } from '../abilities.ts';
import { AbilityList } from '../ability-list.tsx';
import { type CredentialDraft, judgePasted } from '../credential/draft.ts';
import { renditionPrefixProblem } from '../setup-request.ts';
import type { Draft } from './draft.ts';
import { isStoredCredential } from './save-connection.ts';

/** Everything learned so far: of what is typed, of the connection once it is made, and of its checks. */
export function Learned({
  draft,
  location,
  connection,
  isChosen,
}: {
  draft: Draft;
  location: AzureLocation | null;
  connection: Connection | null;
  /** Whether it has come to the choice of a credential. */
  isChosen: boolean;
}) {
  const isStored = connection !== null && isStoredCredential(draft, connection.credential);
  const { data: run } = useQuery({ ...checksQuery(connection?.id ?? ''), enabled: isStored });
  const { renditionPrefix } = draft.grants;
  const isWritten = renditionPrefix !== '' && renditionPrefixProblem(renditionPrefix) === null;
  return (
    <AbilityList
      known={{
        location,
        credential: isStored ? connection.credential : isChosen ? typedCredential(draft.credential) : null,
        checks: (isStored && run?.checks) || [],
        renditionPrefix: isWritten ? renditionPrefix : null,
        ownership: isStored ? connection.ownership : null,
      }}
    />
  );
}

function typedCredential(draft: CredentialDraft): KnownCredential {
  const { kind, sasToken, wantsDelivery, deliverySasToken } = draft;
  if (kind !== 'azure-sas') return { kind };
  const now = new Date();
  const sas = judgePasted(sasToken, 'list-and-read', now)?.summary ?? ASKED_FOR;
  const delivery = judgePasted(deliverySasToken, 'delivery', now)?.summary ?? ASKED_FOR;
  return { kind, sas, deliverySas: wantsDelivery ? delivery : null };
}

/** Before a token is pasted: as one would be that the commands make. */
const ASKED_FOR: SasSummary = {
  type: 'account',
  version: '',
  permissions: 'rl',
  services: 'b',
  resourceTypes: 'co',
  startsAt: null,
  expiresAt: null,
  ipRange: null,
  protocol: null,
  policy: null,
};
