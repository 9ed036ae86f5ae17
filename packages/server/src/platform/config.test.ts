import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, describeConfig, loadConfig } from './config.ts';

const dir = mkdtempSync(join(tmpdir(), 'mooring-config-'));
afterAll(() => rmSync(dir, { recursive: true }));
const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

function fileOf(content: unknown): string {
  const path = join(dir, `${Math.random()}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function problemsOf(options: Parameters<typeof loadConfig>[0]): readonly string[] {
  try {
    loadConfig({ env: {}, ...options });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return expect.unreachable('no ConfigError');
}

test('without anything the defaults hold', () => {
  const { from, dataDir, ...config } = loadConfig({ env: {} });
  expect(config).toEqual({
    databaseUrl: null,
    host: '127.0.0.1',
    port: 7070,
    metricsPort: null,
    publicUrl: null,
    corsOrigins: [],
    secretKey: null,
    logLevel: 'info',
    azureAuthorityHost: 'https://login.microsoftonline.com',
    secretKeyVault: null,
    appClientId: null,
    appClientSecret: null,
    appCertificateFile: null,
    federatedTokenFile: null,
    managedIdentity: false,
    azureCli: false,
    awsAccessKeyId: null,
    awsSecretAccessKey: null,
    awsPrincipalArn: null,
    awsWebIdentityTokenFile: null,
    awsStsEndpoint: null,
    httpsProxy: null,
    storageNetworks: [],
    webhookNetworks: [],
    toolNetworks: [],
    signInNetworks: [],
    oidcIssuer: null,
    oidcClientId: null,
    oidcClientSecret: null,
    oidcName: null,
    oidcScopes: 'openid profile email',
    oidcRolesClaim: 'groups',
    oidcRoles: [],
    oidcDefaultRole: null,
    oidcDomains: [],
    oidcTrustEmail: false,
    allowPrivateEndpoints: false,
    drainSeconds: 5,
    localWorkers: 1,
    checkTimeoutSeconds: 15,
    signWindowSeconds: 900,
    trustedProxies: [],
    thumbnailCacheMegabytes: 1024,
    thumbnailCacheDays: 30,
    ffmpeg: null,
    webDir: null,
    relayMaxConcurrent: 64,
    relayMaxPerWorkspace: 32,
    relayMaxPerUrl: 16,
    relayMinBytesPerSecond: 1024,
    requestsPerWorkspace: 8,
    requestsPerCaller: 6,
    eventStreamsPerWorkspace: 256,
    eventStreamsPerCaller: 32,
    webhooksPerWorkspace: 20,
    connectorsPerWorkspace: 100,
    tokensPerWorkspace: 1000,
    linksPerWorkspace: 1000,
    registrationMaxMb: 1024,
    connectionsPerWorkspace: 500,
    sourcesPerWorkspace: 2000,
    datasetsPerWorkspace: 1000,
    queryTimeoutSeconds: 30,
    listingMemoryMb: 256,
    listingMemoryPerWorkspaceMb: 192,
    inventoryMemoryMb: 384,
    inventoryStallSeconds: 60,
  });
  expect(new Set(Object.values(from))).toEqual(new Set(['default']));
  const root = process.getuid?.() === 0;
  expect(dataDir).toBe(root ? '/var/lib/mooring' : join(homedir(), '.local/share/mooring'));
});

test('flags come before the environment, the file and the defaults, and each value says where it is from', () => {
  const file = fileOf({ port: 1, host: '0.0.0.0', localWorkers: 3 });
  const config = loadConfig({ flags: { port: '3' }, env: { MOORING_PORT: '2', MOORING_HOST: '::' }, file });
  expect(config).toMatchObject({ port: 3, host: '::', localWorkers: 3, logLevel: 'info' });
  expect(config.from).toMatchObject({
    port: '--port',
    host: 'MOORING_HOST',
    localWorkers: file,
    logLevel: 'default',
  });
});

test('an empty variable counts as not given', () => {
  expect(loadConfig({ env: { MOORING_PORT: ' ', DATABASE_URL: '' } })).toMatchObject({
    port: 7070,
    databaseUrl: null,
  });
});

test('values are normalised', () => {
  const env = {
    MOORING_ALLOW_PRIVATE_ENDPOINTS: 'yes',
    MOORING_SIGN_IN_NETWORKS: '10.1.2.3, fd00::/8',
    MOORING_PUBLIC_URL: 'https://mooring.example/base/',
    MOORING_DATA_DIR: 'data/../other',
    MOORING_SECRET_KEY: KEY,
  };
  expect(loadConfig({ env })).toMatchObject({
    allowPrivateEndpoints: true,
    signInNetworks: ['10.1.2.3', 'fd00::/8'],
    publicUrl: 'https://mooring.example/base',
    dataDir: join(process.cwd(), 'other'),
    secretKey: KEY,
  });
});

test('a variable that is no setting is named, unless another program reads it', () => {
  const kubernetes = {
    MOORING_SERVICE_HOST: '10.0.0.1',
    MOORING_WEB_SERVICE_PORT_HTTP: '80',
    MOORING_WEB_PORT: 'tcp://10.0.0.1:80',
    MOORING_PORT_7070_TCP_ADDR: '10.0.0.1',
  };
  const misspelt = { MOORING_PROT: '1', MOORING_PUBLIC_URI: '', MOORING_STORAGE_NETWORK: '::1' };
  const env = { ...kubernetes, ...misspelt, MOORING_TOKEN: 'x', MOORINGS: '1', MOORING_SOMETHING_ELSE: '1' };
  const problems = problemsOf({ env, otherVariables: ['MOORING_TOKEN'] });
  expect(problems).toEqual([
    'MOORING_PROT in the environment is not a setting. Do you mean MOORING_PORT?',
    'MOORING_PUBLIC_URI in the environment is not a setting. Do you mean MOORING_PUBLIC_URL?',
    'MOORING_STORAGE_NETWORK in the environment is not a setting. Do you mean MOORING_STORAGE_NETWORKS?',
    expect.stringMatching(/^MOORING_SOMETHING_ELSE in .* Settings are .*MOORING_PORT,/),
  ]);
});

describe('what is wrong is said, all of it at once', () => {
  test.each([
    [
      'MOORING_PORT',
      'eighty',
      'port from MOORING_PORT is “eighty”; expected a port: a whole number from 0 to 65535.',
    ],
    ['MOORING_PORT', '65536', /expected a port/],
    ['MOORING_PORT', 'tcp://10.0.0.1:7070', /enableServiceLinks/],
    ['MOORING_CORS_ORIGINS', 'https://a.example,b.example', /expected origins such as/],
    ['MOORING_CORS_ORIGINS', 'https://a.example/', /expected origins such as/],
    ['MOORING_CORS_ORIGINS', '*', /expected origins such as/],
    ['MOORING_LOG_LEVEL', 'loud', /expected trace, debug, info, warn, error or silent\.$/],
    ['MOORING_ALLOW_PRIVATE_ENDPOINTS', 'maybe', /expected true or false/],
    [
      'MOORING_STORAGE_NETWORKS',
      '10.0.0.0/8,localhost',
      /expected networks such as 10\.0\.0\.0\/8, separated by commas/,
    ],
    [
      'MOORING_WEBHOOK_NETWORKS',
      '10.0.0.0/33',
      /^webhookNetworks from MOORING_WEBHOOK_NETWORKS is “10\.0\.0\.0\/33”/,
    ],
    ['MOORING_PUBLIC_URL', 'mooring.example', /expected a URL such as https/],
    ['MOORING_AZURE_AUTHORITY_HOST', 'http://login.example', /expected an https URL/],
    ['MOORING_CHECK_TIMEOUT_SECONDS', '301', /seconds from 5 to 300/],
    ['MOORING_SIGN_WINDOW_SECONDS', '5', /seconds from 10 to 3600/],
    [
      'MOORING_SECRET_KEY',
      'c2hvcnQ=',
      /^secretKey from MOORING_SECRET_KEY is not as expected; expected 32 random bytes/,
    ],
    [
      'DATABASE_URL',
      'mysql://u:hunter2@h/d',
      /^databaseUrl from DATABASE_URL is not as expected; expected a URL such as postgres/,
    ],
  ])('%s=%s', (name, value, problem) => {
    expect(problemsOf({ env: { [name]: value } })).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });

  test('unknown names in flags and file, and wrong types', () => {
    const file = fileOf({ prot: 80, localWorkers: 'many', allowPrivateEndpoints: 1 });
    expect(problemsOf({ flags: { dataDirectory: 'x' } as never, file })).toEqual([
      expect.stringMatching(/^--data-directory is not a setting\. Settings are dataDir, /),
      expect.stringContaining(`“prot” in ${file} is not a setting.`),
      expect.stringMatching(/^allowPrivateEndpoints from .*json is 1; expected true or false\.$/),
      expect.stringMatching(/^localWorkers from .*json is “many”; expected a whole number/),
    ]);
  });

  test.each([
    ['{"secretKey": "hunter2", }', /is not JSON: position \d+/],
    ['[]', /does not hold an object/],
    ['', /is not JSON: it ends too early/],
  ])('a file that holds %s', (content, problem) => {
    const [message, ...more] = problemsOf({ file: fileOf(content) });
    expect(message).toMatch(problem);
    expect(message).not.toContain('hunter2');
    expect(more).toEqual([]);
  });

  test('a file that was named and is not there', () => {
    expect(problemsOf({ file: join(dir, 'none.json') })).toEqual([
      expect.stringMatching(/cannot be read \(ENOENT\)/),
    ]);
  });
});

test('the description shows every setting and no secret', () => {
  const env = {
    DATABASE_URL: 'postgres://me:p@ss:word@db/mooring?password=hunter2',
    MOORING_SECRET_KEY: KEY,
    MOORING_APP_CLIENT_SECRET: 'aB18Q~hunter3',
    MOORING_HTTPS_PROXY: 'http://me:hunter4@proxy.example:3128',
  };
  const rows = describeConfig(loadConfig({ env }));
  expect(rows).toHaveLength(68);
  expect(rows).toContainEqual({
    name: 'databaseUrl',
    value: 'postgres://me:***@db/mooring?password=***',
    from: 'DATABASE_URL',
    env: 'DATABASE_URL',
  });
  expect(rows).toContainEqual({ name: 'port', value: 7070, from: 'default', env: 'MOORING_PORT' });
  expect(rows).toContainEqual({
    name: 'httpsProxy',
    value: 'http://***@proxy.example:3128',
    from: 'MOORING_HTTPS_PROXY',
    env: 'MOORING_HTTPS_PROXY',
  });
  expect(JSON.stringify(rows)).not.toMatch(/:word|hunter|AAECAw/);
});

describe('the OpenID provider', () => {
  const whole = { MOORING_OIDC_ISSUER: 'https://login.example.org/realm', MOORING_OIDC_CLIENT_ID: 'mooring' };

  test('is read from the environment, and from a file with commas in values', () => {
    const env = {
      ...whole,
      MOORING_OIDC_CLIENT_SECRET: 'a secret of the client',
      MOORING_OIDC_ROLES: 'ml-admins=administrator, a=b=viewer',
      MOORING_OIDC_DOMAINS: 'Example.org',
    };
    const config = loadConfig({ env });
    expect(config).toMatchObject({
      oidcIssuer: whole.MOORING_OIDC_ISSUER,
      oidcRoles: ['ml-admins=administrator', 'a=b=viewer'],
      oidcDomains: ['example.org'],
    });
    expect(JSON.stringify(describeConfig(config))).not.toContain('a secret');
    const oidcRoles = ['cn=ml,ou=x=editor'];
    expect(loadConfig({ env: whole, file: fileOf({ oidcRoles }) }).oidcRoles).toEqual(oidcRoles);
  });

  test.each([
    [
      'without the client',
      { MOORING_OIDC_ISSUER: 'https://a.example' },
      /^oidcClientId \(MOORING_OIDC_CLIENT_ID\) is missing/,
    ],
    [
      'without the issuer',
      { MOORING_OIDC_CLIENT_ID: 'x' },
      /^oidcIssuer .* is missing; MOORING_OIDC_CLIENT_ID is set/,
    ],
    [
      'with a claim that gives no role',
      { ...whole, MOORING_OIDC_ROLES_CLAIM: 'groups' },
      /^oidcRoles .* is missing/,
    ],
    [
      'over plain HTTP',
      { ...whole, MOORING_OIDC_ISSUER: 'http://login.example' },
      /^oidcIssuer from .* expected the issuer/,
    ],
    ['with a query', { ...whole, MOORING_OIDC_ISSUER: 'https://a.example/?x=y' }, /^oidcIssuer from/],
    [
      'with a role that there is not',
      { ...whole, MOORING_OIDC_ROLES: 'a=admin' },
      /^oidcRoles from .* roles are viewer, annotator/,
    ],
    [
      'without the scope that makes it OpenID',
      { ...whole, MOORING_OIDC_SCOPES: 'email' },
      /^oidcScopes from/,
    ],
    [
      'with an address for a domain',
      { ...whole, MOORING_OIDC_DOMAINS: 'a@example.org' },
      /^oidcDomains from/,
    ],
  ])('is refused %s', (_, env, problem) => {
    expect(problemsOf({ env })).toEqual([expect.stringMatching(problem)]);
  });
});
