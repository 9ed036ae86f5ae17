import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { FederatedCredential } from './assertion.ts';

/** What Azure Kubernetes Service gives a pod: a file with a token of the cluster, which is renewed. */
export interface WorkloadIdentity {
  tokenFile: string;
  /** What an app registration has to trust. */
  credential: FederatedCredential;
  /** Writes another token; returns it. Claims that are given take the place of the right ones. */
  renew(claims?: { issuer?: string; subject?: string; audience?: string; expiresAt?: Date }): Promise<string>;
  /** Deletes the file. */
  remove(): Promise<void>;
}

const ALGORITHM = 'RS256';
const LIFETIME_MS = 3_600_000;

/** A workload identity of a cluster that exists only as the keys of its token issuer. */
export async function createWorkloadIdentity(): Promise<WorkloadIdentity> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const kid = randomUUID();
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: ALGORITHM }] };
  const issuer = `https://oidc.cluster.example/${randomUUID()}/`;
  const subject = 'system:serviceaccount:mooring:mooring';
  const audience = 'api://AzureADTokenExchange';
  const directory = await mkdtemp(join(tmpdir(), 'mooring-workload-'));
  const tokenFile = join(directory, 'azure-identity-token');

  const identity: WorkloadIdentity = {
    tokenFile,
    credential: { issuer, subject, audience, keys },
    async renew(claims = {}) {
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: ALGORITHM, kid })
        .setIssuer(claims.issuer ?? issuer)
        .setSubject(claims.subject ?? subject)
        .setAudience(claims.audience ?? audience)
        .setIssuedAt()
        .setJti(randomUUID())
        .setExpirationTime(claims.expiresAt ?? new Date(Date.now() + LIFETIME_MS))
        .sign(privateKey);
      await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
      return token;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
  await identity.renew();
  return identity;
}
