import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createCertificates, startAzurite, startEntra } from '@mooring/emulators';
import { startS3 } from '@mooring/emulators/s3';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../test/e2e/browser.ts';
import { type Mooring, startMooring } from '../test/support/mooring.ts';
import type { Ground } from './place.ts';

/** One installation with a browser beside it, and the emulators that places for causes stand on. */
export async function startRig(accounts: number) {
  const [certificates, expired, misnamed] = await Promise.all([
    createCertificates(),
    createCertificates({ wrong: 'expired' }),
    createCertificates({ wrong: 'other-name' }),
  ]);
  const storageAccounts = Array.from({ length: accounts }, (_, index) => ({
    name: `fault${String(index).padStart(2, '0')}`,
    key: randomBytes(64).toString('base64'),
  }));
  const tenant = randomUUID();
  const mooringApp = {
    clientId: randomUUID(),
    secrets: [{ value: `abc8Q~${randomBytes(26).toString('base64url').slice(0, 34)}` }],
    servicePrincipals: { [tenant]: randomUUID() },
  };
  const [azurite, entra, sts] = await Promise.all([
    startAzurite({ certificates, accounts: storageAccounts }),
    startEntra({ certificates, tenants: [tenant], applications: [mooringApp] }),
    startS3({ certificates }),
  ]);
  const authorities = [certificates, expired, misnamed].map(({ ca }) => ca).join('\n');
  await writeFile(expired.caFile, authorities);
  const installation = {
    authorityHost: entra.origin,
    certificates: { ...certificates, caFile: expired.caFile },
    allowOrigins: async () => {},
    proxy: null,
  };
  const settings = {
    MOORING_APP_CLIENT_ID: mooringApp.clientId,
    MOORING_APP_CLIENT_SECRET: mooringApp.secrets[0]!.value,
    MOORING_AWS_ACCESS_KEY_ID: sts.user.accessKeyId,
    MOORING_AWS_SECRET_ACCESS_KEY: sts.user.secretAccessKey,
    MOORING_AWS_PRINCIPAL_ARN: sts.user.arn,
    MOORING_AWS_STS_ENDPOINT: sts.endpoint,
  };
  const [mooring, browser]: [Mooring, Browser] = await Promise.all([
    startMooring(installation, settings),
    // A name that resolves for the server and not for the browser.
    startBrowser(certificates, ['--host-resolver-rules=MAP localhost ~NOTFOUND']),
  ]);
  const ground: Ground = {
    ...{ azurite, certificates, entra, tenant, sts, expired, misnamed },
    origin: new URL(mooring.url).origin,
  };
  return {
    mooring,
    browser,
    ground,
    accounts: storageAccounts,
    async stop(): Promise<void> {
      await browser.close();
      await mooring.stop();
      await Promise.all([entra.stop(), azurite.stop(), sts.stop()]);
      await Promise.all([certificates, expired, misnamed].map(each => each.remove()));
    },
  };
}
export type Rig = Awaited<ReturnType<typeof startRig>>;
