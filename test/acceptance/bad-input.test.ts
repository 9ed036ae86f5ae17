import type { AzureCredentialInput } from '@mooring/azure';
import type { Check, ConnectionCreate } from '@mooring/contract';
import { freePort, ROLES, type Storage, startStorage, withOtherSignature } from '@mooring/emulators';
import { MooringApiError } from '@mooring/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locationOf, withApp, withSas } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';

let storage: Storage;
let mooring: Mooring;
/** The message that each case got, by its name. */
const sentences = new Map<string, string>();

beforeAll(async () => {
  storage = await startStorage();
  await storage.put({ key: 'a.txt', body: 'something to read', contentType: 'text/plain' });
  mooring = await startMooring(storage);
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const YESTERDAY = new Date(Date.now() - 86_400_000);
const TOMORROW = new Date(Date.now() + 86_400_000);
const UNKNOWN_ID = '0a1b2c3d-0000-4000-8000-000000000000';

const app = (changes: Partial<Extract<AzureCredentialInput, { kind: 'azure-app' }>>): ConnectionCreate => ({
  ...withApp(storage),
  credential: { kind: 'azure-app', ...storage.app, ...changes },
});
const at = (changes: ConnectionCreate['location']): ConnectionCreate => ({
  ...withApp(storage),
  location: { ...locationOf(storage), ...changes },
});
const delivery = (deliverySasToken: string): ConnectionCreate => ({
  ...withSas(storage),
  credential: { kind: 'azure-sas', sasToken: storage.sas(), deliverySasToken },
});
const connectionString = (secret: string) =>
  `DefaultEndpointsProtocol=https;AccountName=acme;${secret};EndpointSuffix=core.windows.net`;
/** Of the right form, with a signature that no key made. */
const blobSas = () => storage.sas().replace(/ss=b&srt=\w+/, 'sr=b');
const changedSignature = () => withOtherSignature(storage.sas());

interface Refused {
  what: string;
  body: () => ConnectionCreate;
  code: string;
  field: string;
  says: RegExp;
  fix: RegExp;
}
const REFUSED: Refused[] = [
  {
    what: 'an expired SAS',
    body: () => withSas(storage, storage.sas({ expiresOn: YESTERDAY })),
    code: 'sas_expired',
    field: 'credential.sasToken',
    says: /expired at \d{4}-\d\d-\d\d .* UTC; it is now/,
    fix: /new token that expires later/,
  },
  {
    what: 'a SAS that is not valid yet',
    body: () => withSas(storage, storage.sas({ startsOn: TOMORROW })),
    code: 'sas_not_yet_valid',
    field: 'credential.sasToken',
    says: /valid from \d{4}-\d\d-\d\d .* UTC; it is now/,
    fix: /Wait until then/,
  },
  {
    what: 'a SAS without list',
    body: () => withSas(storage, storage.sas({ permissions: 'r' })),
    code: 'sas_missing_permission',
    field: 'credential.sasToken',
    says: /lacks the permission List \(sp=r\)/,
    fix: /permissions Read and List/,
  },
  {
    what: 'a SAS without read',
    body: () => withSas(storage, storage.sas({ permissions: 'l' })),
    code: 'sas_missing_permission',
    field: 'credential.sasToken',
    says: /lacks the permission Read \(sp=l\)/,
    fix: /permissions Read and List/,
  },
  {
    what: 'a SAS that does not reach containers',
    body: () => withSas(storage, storage.sas({ resourceTypes: 'o' })),
    code: 'sas_missing_resource_type',
    field: 'credential.sasToken',
    says: /does not reach Container \(srt=o\)/,
    fix: /resource types Container and Object/,
  },
  {
    what: 'a SAS of one blob',
    body: () => withSas(storage, blobSas()),
    code: 'sas_wrong_kind',
    field: 'credential.sasToken',
    says: /a service SAS for one blob \(sr=b\), so nothing can be listed with it/,
    fix: /open the container, then “Shared access tokens”/,
  },
  {
    what: 'a SAS for queues',
    body: () => withSas(storage, storage.sas({ services: 'q' })),
    code: 'sas_wrong_service',
    field: 'credential.sasToken',
    says: /for Queue, not for Blob storage \(ss=q\)/,
    fix: /choose the service Blob/,
  },
  {
    what: 'a SAS that was cut short',
    body: () => withSas(storage, storage.sas().replace(/(sig=(%..|[^%]){30}).*/, '$1')),
    code: 'sas_malformed',
    field: 'credential.sasToken',
    says: /signature \(sig\) has \d+ characters; expected 44\. It was cut short/,
    fix: /Copy the whole token again/,
  },
  {
    what: 'something that is no SAS',
    body: () => withSas(storage, 'hunter2'),
    code: 'sas_malformed',
    field: 'credential.sasToken',
    says: /none of the fields of a SAS token/,
    fix: /Shared access signature/,
  },
  {
    what: 'an account key',
    body: () => withSas(storage, storage.account.key),
    code: 'account_key_refused',
    field: 'credential.sasToken',
    says: /^This is an account key/,
    fix: /app registration/,
  },
  {
    what: 'a connection string with an account key',
    body: () => withSas(storage, connectionString(`AccountKey=${storage.account.key}`)),
    code: 'account_key_refused',
    field: 'credential.sasToken',
    says: /^This connection string holds an account key/,
    fix: /app registration/,
  },
  {
    what: 'a delivery token that lists',
    body: () => delivery(storage.sas({ permissions: 'rl', resourceTypes: 'o' })),
    code: 'sas_too_broad',
    field: 'credential.deliverySasToken',
    says: /Besides reading objects, that is List \(ss=b, srt=o, sp=rl\)/,
    fix: /permission Read only/,
  },
  {
    what: 'a delivery token that writes, in the whole account',
    body: () => delivery(storage.sas({ permissions: 'rwd', resourceTypes: 'sco' })),
    code: 'sas_too_broad',
    field: 'credential.deliverySasToken',
    says: /Besides reading objects, that is Service, Container, Write and Delete \(ss=b, srt=sco, sp=rwd\)/,
    fix: /leave the delivery token out/,
  },
  {
    what: 'the id of a secret instead of its value',
    body: () => app({ clientSecret: UNKNOWN_ID }),
    code: 'invalid_request',
    field: 'credential.clientSecret',
    says: /id of the secret \(“Secret ID”\) and not the secret itself \(“Value”\)/,
    fix: /Copy “Value”/,
  },
  {
    what: 'a tenant that is no id',
    body: () => app({ tenantId: 'our tenant' }),
    code: 'invalid_request',
    field: 'credential.tenantId',
    says: /The directory \(tenant\) id has 10 characters and is neither a GUID nor a domain/,
    fix: /Directory \(tenant\) ID/,
  },
  {
    what: 'a client id that is none',
    body: () => app({ clientId: 'our app' }),
    code: 'invalid_request',
    field: 'credential.clientId',
    says: /The application \(client\) id has 7 characters and is no GUID/,
    fix: /Application \(client\) ID/,
  },
  {
    what: 'an account name that cannot exist',
    body: () => ({ ...withApp(storage), location: { account: 'Acme_1', container: 'media' } }),
    code: 'invalid_location',
    field: 'location.account',
    says: /The account name “Acme_1” has .*; only lowercase letters and digits/,
    fix: /Copy the name/,
  },
  {
    what: 'a container name that cannot exist',
    body: () => at({ container: 'my media' }),
    code: 'invalid_location',
    field: 'location.container',
    says: /The container name “my media” has a space/,
    fix: /Copy the name/,
  },
  {
    what: 'a page of the portal instead of a URL',
    body: () => ({ ...withApp(storage), location: { url: 'https://portal.azure.com/#home' } }),
    code: 'invalid_location',
    field: 'location.url',
    says: /a page of the Azure portal/,
    fix: /copy the URL from there/,
  },
];

describe('refused when the connection is made:', () => {
  test.each(REFUSED)('$what', async ({ what, body, code, field, says, fix }) => {
    const error = await mooring.client.call('createConnection', { body: body() }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MooringApiError);
    const { problem } = error as MooringApiError;
    expect(problem).toMatchObject({ status: 400, code });
    expect(problem.detail).toMatch(says);
    expect(problem.fix).toMatch(fix);
    expect(problem.errors).toEqual([{ path: field, message: problem.detail }]);
    sentences.set(what, problem.detail);
  });

  test('and no trace of them stays', async () => {
    expect((await mooring.client.call('listConnections')).items).toEqual([]);
  });
});

interface Failing {
  what: string;
  body: () => ConnectionCreate | Promise<ConnectionCreate>;
  /** What goes wrong at the storage or the issuer. Returns how to mend it. */
  spoil?: () => (() => unknown) | Promise<() => unknown>;
  check: Check['id'];
  says: RegExp;
  fix: RegExp;
}
const FAILING: Failing[] = [
  {
    what: 'an account that does not exist',
    // `invalid` never resolves: RFC 6761.
    body: () => at({ account: 'nosuchaccount', endpoint: 'https://nosuchaccount.blob.invalid' }),
    check: 'dns',
    says: /^There is no host named nosuchaccount\.blob\.invalid\.$/,
    fix: /spelling of the account’s name/,
  },
  {
    what: 'a port where nothing listens',
    body: async () => at({ endpoint: `https://127.0.0.1:${await freePort()}/acme` }),
    check: 'tls',
    says: /^127\.0\.0\.1:\d+ refused the connection\.$/,
    fix: /firewalls and proxies/,
  },
  {
    what: 'a container that does not exist',
    body: () => at({ container: 'photos' }),
    check: 'list',
    says: /^There is no container “photos” in the account “acme”\.$/,
    fix: /Compare the name/,
  },
  {
    what: 'a wrong client secret',
    body: () => app({ clientSecret: 'abc8Q~abcdefghijklmnopqrstuvwxyz01234567' }),
    check: 'credential',
    says: /^The client secret is not one of the app [0-9a-f-]{36}\.$/,
    fix: /Paste the secret’s value/,
  },
  {
    what: 'a client secret that has expired',
    body: () => withApp(storage),
    spoil: () => {
      const [secret] = storage.entra.applications[0]!.secrets;
      secret!.expired = true;
      return () => {
        secret!.expired = false;
      };
    },
    check: 'credential',
    says: /^The client secret of the app [0-9a-f-]{36} has expired\.$/,
    fix: /Make a new secret/,
  },
  {
    what: 'an unknown tenant',
    body: () => app({ tenantId: UNKNOWN_ID }),
    check: 'credential',
    says: /^Microsoft Entra ID knows no tenant “0a1b2c3d-/,
    fix: /Directory \(tenant\) ID/,
  },
  {
    what: 'an unknown app',
    body: () => app({ clientId: UNKNOWN_ID }),
    check: 'credential',
    says: /^The tenant [0-9a-f-]{36} has no app with the client ID 0a1b2c3d-/,
    fix: /client ID and tenant ID are of the same app registration/,
  },
  {
    what: 'an app without a role',
    body: () => withApp(storage),
    spoil: () => withRoles([]),
    check: 'list',
    says: /^The app [0-9a-f-]{36} may not list the container “media” of the account “acme”\.$/,
    fix: /Grant it the role Storage Blob Data Reader/,
  },
  {
    what: 'an app that may not sign',
    body: () => withApp(storage),
    spoil: () => withRoles(['list', 'read']),
    check: 'sign',
    says: /^The app [0-9a-f-]{36} may not make a key for signed URLs in the account “acme”\.$/,
    fix: /Grant it the role Storage Blob Delegator/,
  },
  {
    what: 'a SAS whose signature is not of this account',
    body: () => withSas(storage, changedSignature()),
    check: 'list',
    says: /^The signature of the SAS token does not match the account “acme”\.$/,
    fix: /Make a new account SAS/,
  },
  {
    what: 'a SAS for other addresses',
    body: () => withSas(storage, storage.sas({ ipRange: { start: '203.0.113.7' } })),
    check: 'list',
    says: /limited to other IP addresses \(sip\) than Mooring’s/,
    fix: /Make a new account SAS/,
  },
  {
    what: 'an account that accepts no account SAS',
    body: () => withSas(storage),
    spoil: () => {
      storage.front.settings.allowSharedKey = false;
      return () => {
        storage.front.settings.allowSharedKey = true;
      };
    },
    check: 'list',
    says: /^The account “acme” accepts no tokens that are signed with account keys, so no account SAS\.$/,
    fix: /Use an app registration instead/,
  },
  {
    what: 'a network rule that keeps Mooring out',
    body: () => withApp(storage),
    spoil: () => {
      storage.front.settings.networkOpen = false;
      return () => {
        storage.front.settings.networkOpen = true;
      };
    },
    check: 'list',
    says: /^The account “acme” refuses all requests .* from the network in which Mooring runs/,
    fix: /“Networking” of the storage account/,
  },
  {
    what: 'no CORS rule for Mooring',
    body: () => withApp(storage),
    spoil: async () => {
      await storage.allowOrigins(['https://elsewhere.example']);
      return () => storage.allowOrigins([mooring.url]);
    },
    check: 'preflight',
    says: /http:\/\/127\.0\.0\.1:\d+/,
    fix: /CORS/,
  },
];

describe('found by the checks:', () => {
  test.each(FAILING)('$what', async ({ what, body, spoil, check: id, says, fix }) => {
    const mend = await spoil?.();
    const { id: connectionId } = await mooring.client.call('createConnection', { body: await body() });
    const run = await mooring.client.runChecks(connectionId);
    await mend?.();

    const failed = run.checks.find(check => check.id === id)!;
    expect(failed).toMatchObject({ status: 'failed' });
    expect(failed.observed).toMatch(says);
    expect(failed.expected).toBeTruthy();
    expect(failed.fix!.why).toBeTruthy();
    expect(failed.fix!.steps.join('\n')).toMatch(fix);
    expect(run).toMatchObject({ status: 'broken' });
    expect(run.statusReason).toContain(failed.observed);
    sentences.set(what, failed.observed!);

    // What depends on it was not tried; everything else has passed.
    const waits = ({ dependsOn }: Check): boolean =>
      dependsOn.some(needed => {
        const before = run.checks.find(check => check.id === needed);
        return needed === id || (before !== undefined && waits(before));
      });
    const others = run.checks.filter(check => check !== failed);
    expect(others.map(check => [check.id, check.status])).toEqual(
      others.map(check => [check.id, waits(check) ? 'skipped' : 'passed']),
    );
    for (const skipped of others.filter(waits)) expect(skipped.observed).toContain(failed.title);

    // Once it is mended, the same connection passes. What was typed wrongly stays wrong.
    if (mend) expect((await mooring.client.runChecks(connectionId)).status).toBe('healthy');
  });
});

describe('accepted, as people paste it:', () => {
  const url = () => `${storage.endpoint}/${storage.container}`;
  test.each<[string, () => ConnectionCreate]>([
    ['a SAS with a leading ?', () => withSas(storage, `?${storage.sas()}`)],
    ['a SAS as a whole URL', () => withSas(storage, `${url()}?restype=container&comp=list&${storage.sas()}`)],
    [
      'a SAS with spaces and line breaks around and inside',
      () => withSas(storage, `  ${wrapped(storage.sas())} \n`),
    ],
    ['a SAS in quotes', () => withSas(storage, `"${storage.sas()}"`)],
    ['a SAS that was percent-encoded twice', () => withSas(storage, storage.sas().replaceAll('%', '%25'))],
    [
      'a connection string with a SAS',
      () => withSas(storage, connectionString(`SharedAccessSignature=${storage.sas()}`)),
    ],
    ['a secret with spaces around it', () => app({ clientSecret: `  ${storage.app.clientSecret}\n` })],
    ['an id with spaces around it', () => app({ clientId: ` ${storage.app.clientId} ` })],
    ['the URL of the container', () => ({ ...withApp(storage), location: { url: url() } })],
    ['the URL of an object', () => ({ ...withApp(storage), location: { url: ` ${url()}/a.txt ` } })],
    ['parts with spaces', () => at({ account: ' acme ', container: ' media ' })],
    ['an emptied delivery token', () => delivery('  ')],
  ])('%s', async (what, body) => {
    const { id } = await mooring.client.call('createConnection', { body: body() });
    const run = await mooring.client.runChecks(id);
    const remarks = run.checks.filter(({ status }) => status !== 'passed').map(({ observed }) => observed);
    expect(remarks).toEqual(
      what === 'the URL of an object' ? ['The prefix “a.txt” is the key of one object.'] : [],
    );
    expect(run.status).toBe(remarks.length > 0 ? 'degraded' : 'healthy');
  });
});

test('a private endpoint is refused where the operator has not allowed it', async () => {
  const strict = await startMooring(storage, { MOORING_STORAGE_NETWORKS: '10.0.0.0/8' });
  try {
    const create = (location: ConnectionCreate['location']) =>
      strict.client.call('createConnection', { body: { ...withApp(storage), location } });
    const literal = (await create(locationOf(storage)).catch((e: unknown) => e)) as MooringApiError;
    expect(literal).toMatchObject({ code: 'invalid_location', status: 400 });
    expect(literal.message).toMatch(/^127\.0\.0\.1 is .*; Mooring connects only to public addresses\.$/);
    expect(literal.fix).toContain('MOORING_STORAGE_NETWORKS=127.0.0.1');
    sentences.set('a private address', literal.message);

    // A name is judged by what it resolves to, when it is connected to.
    const { port } = new URL(storage.endpoint);
    const { id } = await create({
      account: 'acme',
      endpoint: `https://localhost:${port}/acme`,
      container: 'media',
    });
    const { checks } = await strict.client.runChecks(id);
    const dns = checks.find(check => check.id === 'dns')!;
    expect(dns).toMatchObject({ status: 'failed' });
    expect(dns.observed).toMatch(
      /^localhost resolves to this machine itself \(loopback\); Mooring connects only to public addresses\.$/,
    );
    sentences.set('a name of a private address', dns.observed!);
  } finally {
    await strict.stop();
  }
});

test('no two of them get the same message', () => {
  expect(sentences.size).toBe(REFUSED.length + FAILING.length + 2);
  const alike = [...Map.groupBy(sentences, ([, sentence]) => sentence).values()].filter(
    some => some.length > 1,
  );
  expect(alike).toEqual([]);
});

/** Lets the app do only this, until what is returned is called. */
function withRoles(actions: readonly (typeof ROLES)['Storage Blob Data Reader'][number][]): () => void {
  const { settings } = storage.front;
  settings.roleAssignments = [{ principalId: storage.objectId, actions }];
  return () => {
    settings.roleAssignments = [
      { principalId: storage.objectId, actions: ROLES['Storage Blob Data Reader'] },
    ];
  };
}

const wrapped = (token: string): string => `${token.slice(0, 40)}\n  ${token.slice(40)}`;
