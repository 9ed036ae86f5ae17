import type { Credential, SasSummary } from '@mooring/contract';
import { Fact } from '@/components/facts.tsx';
import { Time } from '@/components/time.tsx';
import { sasGrants } from '../sas-words.ts';
import { CREDENTIAL_WORDS } from '../words.ts';

/** What may be shown of a credential, as facts. */
export function CredentialFacts({ credential }: { credential: Credential }) {
  const { kind } = credential;
  if (kind === 'azure-sas') {
    return (
      <>
        <Fact name="Credential">
          {CREDENTIAL_WORDS[kind]}: <SasWords sas={credential.sas} />
        </Fact>
        {credential.deliverySas && (
          <Fact name="Delivery token">
            <SasWords sas={credential.deliverySas} />
          </Fact>
        )}
      </>
    );
  }
  return (
    <>
      <Fact name="Credential">{CREDENTIAL_WORDS[kind]}</Fact>
      {'tenantId' in credential && credential.tenantId !== null && (
        <IdFact name="Tenant" id={credential.tenantId} />
      )}
      {'clientId' in credential && credential.clientId !== null && (
        <IdFact name="Client" id={credential.clientId} />
      )}
      {kind === 'azure-app-certificate' && (
        <>
          <IdFact name="Certificate" id={credential.thumbprint} />
          <Fact name="Valid until">
            <Time at={credential.expiresAt} />
          </Fact>
        </>
      )}
    </>
  );
}

const IdFact = ({ name, id }: { name: string; id: string }) => (
  <Fact long name={name}>
    <span className="font-mono text-xs break-all">{id}</span>
  </Fact>
);

/** What a token grants and until when. */
export function SasWords({ sas }: { sas: SasSummary }) {
  return (
    <>
      {sasGrants(sas)}
      {sas.expiresAt ? (
        <>
          ; ends <Time at={sas.expiresAt} />
        </>
      ) : (
        '; ends when its policy says'
      )}
      {sas.ipRange && `; only from ${sas.ipRange}`}
    </>
  );
}
