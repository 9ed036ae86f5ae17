import { randomBytes, randomUUID } from 'node:crypto';
import { mintAccountSas } from './account-sas.ts';
import { startAzurite } from './azurite.ts';
import { createCertificates } from './certificates.ts';
import { mintContainerSas } from './container-sas.ts';
import { startEntra } from './entra/entra.ts';
import { ROLES } from './front/bearer.ts';
import { startAzureFront } from './front/front.ts';
import { createOwner, type SeedObject } from './objects.ts';
import { startProxy } from './proxy.ts';

/**
 * Starts a storage account with one container, a tenant with one app registration that may read the account,
 * and all that stands before them. Nothing is kept when it stops.
 * @param options.origins that browsers may load from; `allowOrigins` changes them later.
 * @param options.secure whether the account answers over HTTPS, the default, or over HTTP. What stands behind it, and
 * the token issuer, answer over HTTPS in any case.
 * @param options.emulate starts what emulates the service, default Azurite
 * @param options.realNames gives everything its real name, such as `acme.blob.core.windows.net`, and a proxy, through
 * which alone the names lead there; those of other clouds do too
 */
export async function startStorage(
  options: {
    account?: string;
    container?: string;
    origins?: string[];
    realNames?: boolean;
    secure?: boolean;
    emulate?: typeof startAzurite;
    now?: () => Date;
  } = {},
) {
  const { container = 'media', origins = [], realNames = false, secure = true, now } = options;
  const account = { name: options.account ?? 'acme', key: randomBytes(64).toString('base64') };
  const app = {
    tenantId: randomUUID(),
    clientId: randomUUID(),
    clientSecret: randomBytes(30).toString('base64url'),
  };
  const objectId = randomUUID();

  const certificates = await createCertificates();
  const [azurite, entra] = await Promise.all([
    (options.emulate ?? startAzurite)({ certificates, accounts: [account] }),
    startEntra({
      certificates,
      tenants: [app.tenantId],
      applications: [
        {
          clientId: app.clientId,
          secrets: [{ value: app.clientSecret }],
          servicePrincipals: { [app.tenantId]: objectId },
        },
      ],
    }),
  ]);
  const front = await startAzureFront({
    azurite,
    certificates,
    accounts: [account],
    entra,
    tenant: app.tenantId,
    secure,
    ...(now && { now }),
  });
  front.settings.roleAssignments.push({ principalId: objectId, actions: ROLES['Storage Blob Data Reader'] });

  const owner = createOwner(azurite, certificates, account);
  if (!azurite.containers?.includes(container)) await owner.createContainer(container);
  await owner.allowOrigins(origins);

  const names = (host: string) => {
    if (AUTHORITIES.has(host)) return entra.origin;
    return DOMAINS.some(domain => host.endsWith(domain)) ? front.origin : undefined;
  };
  const proxy = realNames ? await startProxy(names) : null;

  /** Into the container, unless another one is named. */
  const put = ({ container: into = container, ...object }: SeedObject & { container?: string }) =>
    owner.put(into, object);
  /** The account's blob endpoint, as a connection names it. */
  const endpoint = realNames ? `https://${account.name}.blob.core.windows.net` : front.endpoint(account.name);
  return {
    account,
    container,
    endpoint,
    /** What other programs open the account with, its key included. */
    connectionString: `DefaultEndpointsProtocol=${secure ? 'https' : 'http'};AccountName=${account.name};AccountKey=${account.key};BlobEndpoint=${endpoint};`,
    /** The authority host to ask for tokens. */
    authorityHost: realNames ? 'https://login.microsoftonline.com' : entra.origin,
    /** Leads to where the names lead; null where there are none. */
    proxy,
    /** The app registration: what a connection with `azure-app` needs, and its object id. */
    app,
    objectId,
    certificates,
    azurite,
    entra,
    front,
    sas: (fields?: Parameters<typeof mintAccountSas>[1]) => mintAccountSas(account, fields),
    /** A SAS of the container alone. */
    containerSas: (fields?: Parameters<typeof mintContainerSas>[2]) =>
      mintContainerSas(account, container, fields),
    createContainer: owner.createContainer,
    setMetadata: owner.setMetadata,
    put,
    remove: (key: string, from = container) => owner.remove(from, key),
    setTier: (key: string, tier: Parameters<typeof owner.setTier>[2]) => owner.setTier(container, key, tier),
    allowOrigins: owner.allowOrigins,

    /** Puts many small text objects into the container under `many/`: 20,000 in about a second. */
    async seedMany(count: number): Promise<void> {
      if (count === 0) return;
      const keys = Array.from({ length: count }, (_, index) => manyKey(index));
      const template = keys.shift()!;
      await put({ key: template, body: 'A small object.\n', contentType: 'text/plain' });
      await azurite.fill({ account: account.name, container, template, keys });
    },

    async stop(): Promise<void> {
      await owner.close();
      await proxy?.stop();
      await Promise.all([front.stop(), entra.stop(), azurite.stop()]);
      await certificates.remove();
    },
  };
}
export type Storage = Awaited<ReturnType<typeof startStorage>>;

/** Below these there are storage accounts, in every cloud. */
const DOMAINS = [
  '.blob.core.windows.net',
  '.blob.core.usgovcloudapi.net',
  '.blob.core.chinacloudapi.cn',
  '.z01.blob.storage.azure.net',
];
const AUTHORITIES = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
]);

/** Keys in folders of a thousand: `many/000/000000.txt`. */
const manyKey = (index: number) => {
  const number = String(index).padStart(6, '0');
  return `many/${number.slice(0, 3)}/${number}.txt`;
};
