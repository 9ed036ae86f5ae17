import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { isNetwork, NETWORK_SETTINGS, type Purpose } from '@mooring/storage/networks';
import type { KindSetting } from '@mooring/storage/server';
import { z } from 'zod';
import { KIND_SETTINGS } from '../kind-settings.ts';
import { LIMITS, type Limits, wholeNumber } from './config-limits.ts';
import { OIDC, type OidcSettings } from './config-oidc.ts';

/** The settings of an installation, as every part of it sees them. */
export interface Settings extends Limits, OidcSettings {
  /** Where the embedded database and the secret key live. Absolute. */
  dataDir: string;
  /** A PostgreSQL to use; null for the embedded one. */
  databaseUrl: string | null;
  /** The address to listen on. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Where `/metrics` answers, a port of its own; 0 lets the system choose; null: nowhere. */
  metricsPort: number | null;
  /** What browsers reach the server under, without a trailing slash; null: taken from each request. */
  publicUrl: string | null;
  /** Origins whose pages may call the API with a token, such as `https://labels.example`. */
  corsOrigins: readonly string[];
  /** Proxies whose word about a caller's address is taken (`X-Forwarded-For`). */
  trustedProxies: readonly string[];
  /** Keys that seal stored credentials, Base64, parted by commas, the first one seals; null: a file in dataDir. */
  secretKey: string | null;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Private and loopback networks that storage may be in; it may also be reached over plain HTTP then. */
  storageNetworks: readonly string[];
  /** The same for the receivers of webhooks. */
  webhookNetworks: readonly string[];
  /** The same for sign-in services. */
  signInNetworks: readonly string[];
  /** The same for tools that assets are pushed to. */
  toolNetworks: readonly string[];
  /** Deprecated: all private and loopback networks, for every purpose. */
  allowPrivateEndpoints: boolean;
  /** The proxy that outgoing connections go through, `http://[user:password@]host:port`; null: none. */
  httpsProxy: string | null;
  /** How long a server that is asked to end (SIGTERM) goes on answering, so that load balancers notice; 0: not at all. */
  drainSeconds: number;
  /** How many worker processes `mooring serve` runs beside itself. */
  localWorkers: number;
  /** How long one check of a connection may take. */
  checkTimeoutSeconds: number;
  /** How long signed URLs work unless a request asks otherwise. */
  signWindowSeconds: number;
  /** How much of dataDir the cache of thumbnails may take; 0: none is kept. */
  thumbnailCacheMegabytes: number;
  /** How long a thumbnail is kept that no one looks at. */
  thumbnailCacheDays: number;
  /** The program that decodes videos, absolute; null: there is none. */
  ffmpeg: string | null;
  /** The built web app; null where it is served by other means. */
  webDir: string | null;
}

export type Setting = KindSetting;

const path = z.string().transform(text => resolve(text));
const url = (schemes: RegExp) =>
  z
    .url({ protocol: schemes })
    .refine(text => !/[?#@]/.test(text))
    .transform(text => text.replace(/\/+$/, ''));
const list = z.union([
  z.array(z.string()),
  z.string().transform(text => text.split(',').map(part => part.trim())),
]);
const isOrigin = (text: string): boolean =>
  /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
const KEY_BYTES = 32;
const isKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$/.test(text.trim()) && Buffer.from(text, 'base64').length === KEY_BYTES;

const networks = (purpose: Purpose): KindSetting<readonly string[]> => ({
  env: NETWORK_SETTINGS[purpose],
  expected: 'networks such as 10.0.0.0/8, separated by commas',
  schema: list.refine(all => all.every(isNetwork)),
  fallback: () => [],
});

const OWN: { [K in keyof Settings]: KindSetting<Settings[K]> } = {
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
  metricsPort: {
    env: 'MOORING_METRICS_PORT',
    expected: 'a port: a whole number from 0 to 65535',
    schema: wholeNumber(0, 65_535),
    fallback: () => null,
  },
  publicUrl: {
    env: 'MOORING_PUBLIC_URL',
    expected: 'a URL such as https://mooring.example',
    schema: url(/^https?$/),
    fallback: () => null,
  },
  corsOrigins: {
    env: 'MOORING_CORS_ORIGINS',
    expected: 'origins such as https://labels.example, separated by commas',
    schema: list.refine(all => all.every(isOrigin)),
    fallback: () => [],
  },
  trustedProxies: {
    env: 'MOORING_TRUSTED_PROXIES',
    expected: 'addresses or networks such as 10.0.0.0/8, separated by commas',
    schema: list.refine(all => all.every(isNetwork)),
    fallback: () => [],
  },
  secretKey: {
    env: 'MOORING_SECRET_KEY',
    expected: '32 random bytes in Base64 (openssl rand -base64 32), or several such keys separated by commas',
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
  storageNetworks: networks('storage'),
  webhookNetworks: networks('webhooks'),
  signInNetworks: networks('sign-in'),
  toolNetworks: networks('tools'),
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
  drainSeconds: {
    env: 'MOORING_DRAIN_SECONDS',
    expected: 'a whole number of seconds from 0 to 600',
    schema: wholeNumber(0, 600),
    fallback: () => 5,
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
  thumbnailCacheMegabytes: {
    env: 'MOORING_THUMBNAIL_CACHE_MEGABYTES',
    expected: 'a whole number of megabytes from 0 to 1000000',
    schema: wholeNumber(0, 1_000_000),
    fallback: () => 1024,
  },
  thumbnailCacheDays: {
    env: 'MOORING_THUMBNAIL_CACHE_DAYS',
    expected: 'a whole number of days from 1 to 3650',
    schema: wholeNumber(1, 3650),
    fallback: () => 30,
  },
  ffmpeg: {
    env: 'MOORING_FFMPEG',
    expected: 'the path of the program ffmpeg',
    schema: path,
    fallback: ({ PATH = '' }) => findProgram('ffmpeg', PATH),
  },
  webDir: {
    env: 'MOORING_WEB_DIR',
    expected: 'a directory',
    schema: path,
    fallback: () => null,
  },
  ...OIDC,
  ...LIMITS,
};

/** All settings: Mooring's own, and those of the storage kinds. */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  ...(OWN as Record<string, Setting>),
  ...KIND_SETTINGS,
};

/** The first of its name in the folders of `PATH`; null where there is none. */
function findProgram(name: string, folders: string): string | null {
  const paths = folders.split(delimiter).filter(isAbsolute);
  return paths.map(folder => join(folder, name)).find(existsSync) ?? null;
}

/** `/var/lib/mooring` for root; for others where the XDG base directory specification puts data. */
function defaultDataDir(env: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/lib/mooring';
  return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'mooring');
}
