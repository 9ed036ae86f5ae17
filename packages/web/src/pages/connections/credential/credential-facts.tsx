import type { Credential, SasSummary } from '@mooring/contract';
import { Fact } from '@/components/facts.tsx';
import { Time } from '@/components/time.tsx';
import { sasGrants } from '../sas-words.ts';
import { CREDENTIAL_WORDS } from '../words.ts';

/** What may be shown of a credential, as facts. */
export function CredentialFacts({ credential }: { credential: Credential }) {
  if (credential.kind === 'azure-app') {
    return (
      <>
        <Fact name="Credential">{CREDENTIAL_WORDS['azure-app']}</Fact>
        <Fact long name="Tenant">
          <span className="font-mono text-xs break-all">{credential.tenantId}</span>
        </Fact>
        <Fact long name="Client">
          <span className="font-mono text-xs break-all">{credential.clientId}</span>
        </Fact>
      </>
    );
  }
  return (
    <>
      <Fact name="Credential">
        {CREDENTIAL_WORDS['azure-sas']}: <SasWords sas={credential.sas} />
      </Fact>
      {credential.deliverySas && (
        <Fact name="Delivery token">
          <SasWords sas={credential.deliverySas} />
        </Fact>
      )}
    </>
  );
}

/** What a token grants and until when. */
export function SasWords({ sas }: { sas: SasSummary }) {
  return (
    <>
      {sasGrants(sas)}; ends <Time at={sas.expiresAt} />
      {sas.ipRange && `; only from ${sas.ipRange}`}
    </>
  );
}
