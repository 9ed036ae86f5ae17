import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The settings of an installation, as every part of it sees them. */
export interface Settings {
  /** Where the embedded database and the secret key live. Absolute. */
  dataDir: string;
  /** A PostgreSQL to use; null for the embedded one. */
  databaseUrl: string | null;
  /** The address to listen on. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** What browsers reach the server under, without a trailing slash; null: taken from each request. */
  publicUrl: string | null;
  /** Keys that seal stored credentials, Base64, parted by commas, the first one seals; null: a file in dataDir. */
  secretKey: string | null;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where Microsoft Entra ID issues tokens, without a trailing slash. */
  azureAuthorityHost: string;
  /** The client id of this installation's own multi-tenant app; null: there is none. */
  appClientId: string | null;
  appClientSecret: string | null;
  /** A PEM file with the app's certificate and its private key; comes before the secret. */
  appCertificateFile: string | null;
  /** The file that the platform writes the token of its workload identity to, and renews. */
  federatedTokenFile: string | null;
  /** Whether connections may use the managed identity of the machine. */
  managedIdentity: boolean;
  /** Whether connections may use the sign-in of the Azure CLI: on one's own machine only. */
  azureCli: boolean;
  /** Whether connections may lead to private and loopback addresses, and over plain HTTP. */
  allowPrivateEndpoints: boolean;
  /** The proxy that outgoing connections go through, `http://[user:password@]host:port`; null: none. */
  httpsProxy: string | null;
  /** How many worker processes `mooring serve` runs beside itself. */
  localWorkers: number;
  /** How long one check of a connection may take. */
  checkTimeoutSeconds: number;
  /** How long signed URLs work unless a request asks otherwise. */
  signWindowSeconds: number;
  /** How many relayed reads run at once. */
  relayMaxConcurrent: number;
  /** The built web app; null where it is served by other means. */
  webDir: string | null;
}

export interface Setting {
  env: string;
  /** What a value has to be, to follow “expected”. */
  expected: string;
  schema: z.ZodType;
  fallback: (env: NodeJS.ProcessEnv) => unknown;
  /** For values that hold a secret: how to show one. */
  redact?: (value: string) => string;
}

const wholeNumber = (min: number, max: number) =>
  z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.number().int().min(min).max(max));
const path = z.string().transform(text => resolve(text));
const url = (schemes: RegExp) =>
  z
    .url({ protocol: schemes })
    .refine(text => !/[?#@]/.test(text))
    .transform(text => text.replace(/\/+$/, ''));
const KEY_BYTES = 32;
const isKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$/.test(text.trim()) && Buffer.from(text, 'base64').length === KEY_BYTES;

export const SETTINGS: { [K in keyof Settings]: Setting & { schema: z.ZodType<Settings[K]> } } = {
  dataDir: {
    env: 'MOORING_DATA_DIR',
    expected: 'a directory',
    schema: path,
    fallback: defaultDataDir,
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    expected: 'a URL such as postgres://user:password@host:5432/database',
    schema: z.string().regex(/^postgres(ql)?:\/\/\S+$/),
    fallback: () => null,
    redact: value =>
      value.replace(/^([a-z]+:\/\/[^:@/]*):.*@/, '$1:***@').replace(/([?&]password=)[^&]*/gi, '$1***'),
  },
  host: {
    env: 'MOORING_HOST',
    expected: 'an address to listen on, such as 127.0.0.1 or 0.0.0.0',
    schema: z.string().regex(/^[\w.:-]+$/),
    fallback: () => '127.0.0.1',
  },
  port: {
    env: 'MOORING_PORT',
    expected: 'a port: a whole number from 0 to 65535',
    schema: wholeNumber(0, 65_535),
    fallback: () => 7070,
  },
  publicUrl: {
    env: 'MOORING_PUBLIC_URL',
    expected: 'a URL such as https://mooring.example',
    schema: url(/^https?$/),
    fallback: () => null,
  },
  secretKey: {
    env: 'MOORING_SECRET_KEY',
    expected: '32 random bytes in Base64 (openssl rand -base64 32), or several such keys parted by commas',
    schema: z.string().refine(text => text.split(',').every(isKey)),
    fallback: () => null,
    redact: () => '***',
  },
  logLevel: {
    env: 'MOORING_LOG_LEVEL',
    expected: 'trace, debug, info, warn, error or silent',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    fallback: () => 'info',
  },
  azureAuthorityHost: {
    env: 'MOORING_AZURE_AUTHORITY_HOST',
    expected: 'an https URL such as https://login.microsoftonline.com',
    schema: url(/^https$/),
    fallback: () => 'https://login.microsoftonline.com',
  },
  appClientId: {
    env: 'MOORING_APP_CLIENT_ID',
    expected: 'the client id of an app registration, a GUID',
    schema: z.guid(),
    fallback: () => null,
  },
  appClientSecret: {
    env: 'MOORING_APP_CLIENT_SECRET',
    expected: 'the value of a client secret, not its id',
    schema: z.string().regex(/^\S+$/),
    fallback: () => null,
    redact: () => '***',
  },
  appCertificateFile: {
    env: 'MOORING_APP_CERTIFICATE_FILE',
    expected: 'a PEM file with a certificate and its private key',
    schema: path,
    fallback: () => null,
  },
  federatedTokenFile: {
    env: 'MOORING_FEDERATED_TOKEN_FILE',
    expected: 'a file that holds a JSON web token',
    schema: path,
    // What Azure Kubernetes Service sets by itself.
    fallback: env => env.AZURE_FEDERATED_TOKEN_FILE || null,
  },
  managedIdentity: {
    env: 'MOORING_MANAGED_IDENTITY',
    expected: 'true or false',
    schema: z.union([z.boolean(), z.stringbool()]),
    fallback: () => false,
  },
  azureCli: {
    env: 'MOORING_AZURE_CLI',
    expected: 'true or false',
    schema: z.union([z.boolean(), z.stringbool()]),
    fallback: () => false,
  },
  allowPrivateEndpoints: {
    env: 'MOORING_ALLOW_PRIVATE_ENDPOINTS',
    expected: 'true or false',
    schema: z.union([z.boolean(), z.stringbool()]),
    fallback: () => false,
  },
  httpsProxy: {
    env: 'MOORING_HTTPS_PROXY',
    expected: 'the URL of an HTTP proxy, such as http://proxy.example:3128',
    schema: z.url({ protocol: /^http$/ }),
    fallback: () => null,
    redact: value => value.replace(/\/\/.*@/, '//***@'),
  },
  localWorkers: {
    env: 'MOORING_LOCAL_WORKERS',
    expected: 'a whole number of processes from 0 to 64',
    schema: wholeNumber(0, 64),
    fallback: () => 1,
  },
  checkTimeoutSeconds: {
    env: 'MOORING_CHECK_TIMEOUT_SECONDS',
    expected: 'a whole number of seconds from 5 to 300',
    schema: wholeNumber(5, 300),
    fallback: () => 15,
  },
  signWindowSeconds: {
    env: 'MOORING_SIGN_WINDOW_SECONDS',
    expected: 'a whole number of seconds from 10 to 3600',
    schema: wholeNumber(10, 3600),
    fallback: () => 900,
  },
  relayMaxConcurrent: {
    env: 'MOORING_RELAY_MAX_CONCURRENT',
    expected: 'a whole number from 1 to 10000',
    schema: wholeNumber(1, 10_000),
    fallback: () => 64,
  },
  webDir: {
    env: 'MOORING_WEB_DIR',
    expected: 'a directory',
    schema: path,
    fallback: () => null,
  },
};

/** `/var/lib/mooring` for root; for others where the XDG base directory specification puts data. */
function defaultDataDir(env: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/lib/mooring';
  return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'mooring');
}
