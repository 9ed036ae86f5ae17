import {
  type Credential,
  type CredentialInput,
  MooringError,
  type SetupDocument,
  type SetupRequest,
} from '@mooring/contract';
import type { Refusal, StorageKind } from '@mooring/storage';
import type { KeyStore, KindDependencies, OpenKind, ServerKind } from '@mooring/storage/server';

/** A storage kind in this process: its pure half and what is open of it. */
export interface RunningKind extends OpenKind {
  readonly kind: StorageKind;
  readonly domains: ServerKind['domains'];
}

interface KindTable<K> {
  /** The default one first. */
  readonly ids: readonly [string, ...string[]];
  /** @param id undefined: the default one. @throws MooringError `invalid_request` where there is no such kind here */
  get(id: string | undefined): K;
}

/** The storage kinds of this process. */
export type Kinds = KindTable<RunningKind>;

/** The half of a kind that needs nothing to be open. */
export type PureKind = Pick<RunningKind, 'kind'>;

/** The pure halves, where nothing is opened. */
export type PureKinds = KindTable<PureKind>;

/** The same of kinds that are not open. */
export function pureKinds(servers: readonly ServerKind[]): PureKinds {
  const kinds = new Map(servers.map(({ kind }) => [kind.id, { kind }]));
  return lookUp(kinds);
}

/** Opens the kinds with the operator's settings. Throws as a kind's `open` does. */
export async function openKinds(
  servers: readonly ServerKind[],
  deps: Omit<KindDependencies, 'settings'> & { config: Readonly<Record<string, unknown>> },
): Promise<Kinds> {
  const { config, ...rest } = deps;
  const running = new Map<string, RunningKind>();
  for (const server of servers) {
    const settings = settingsOf(server, config);
    const { kind, domains } = server;
    running.set(kind.id, { ...(await server.open({ ...rest, settings })), kind, domains });
  }
  return lookUp(running);
}

/** The service that keeps the secret keys, where the operator has set one of any kind. Throws as a kind's `keyStore` does. */
export function openKeyStore(
  servers: readonly ServerKind[],
  { config, guard }: Pick<KindDependencies, 'guard'> & { config: Readonly<Record<string, unknown>> },
): KeyStore | null {
  const opened = servers.map(server => server.keyStore?.({ settings: settingsOf(server, config), guard }));
  return opened.find(store => store) ?? null;
}

function settingsOf(server: ServerKind, config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(server.settings);
  const unknown = names.filter(name => !(name in config));
  if (unknown.length > 0)
    throw new Error(`kind-settings.ts lacks ${unknown.join(', ')} of ${server.kind.id}.`);
  return Object.fromEntries(names.map(name => [name, config[name]]));
}

function lookUp<K>(kinds: ReadonlyMap<string, K>): KindTable<K> {
  const [first, ...others] = kinds.keys();
  if (first === undefined) throw new Error('An installation needs at least one storage kind.');
  return {
    ids: [first, ...others],
    get(id = first) {
      const found = kinds.get(id);
      if (found) return found;
      const message = `There is no storage kind “${id}” here; there are ${[first, ...others].join(', ')}.`;
      throw new MooringError('invalid_request', message, {
        fix: 'Name one of them.',
        fields: [{ path: 'provider', message }],
      });
    },
  };
}

/** A refusal of a kind's, for the API. @param path of what was read, such as `credential`; null: the body itself */
export function refusalError(
  { kind }: PureKind,
  { code, field, message, fix }: Refusal,
  path: string | null,
): MooringError {
  const at = [path, field].filter(part => part !== null).join('.');
  return new MooringError(code, message, {
    fix,
    title: kind.api.problems[code],
    ...(at === '' ? {} : { fields: [{ path: at, message }] }),
  });
}

/**
 * The set-up texts of a request.
 * @throws MooringError `invalid_request` where there is no such kind; ZodError where the kind does not take the request
 */
export const setupDocumentOf = (kinds: PureKinds, request: SetupRequest): SetupDocument =>
  kinds.get(request.provider).kind.setup.generate(request);

/** The way that a credential stands for; undefined for one that this version does not know. */
export const wayOf = ({ kind }: PureKind, credential: Pick<Credential, 'kind'>) =>
  kind.credentials.ways.find(({ id }) => id === credential.kind);

/** The secrets that a credential lacks, by the names of their fields. */
export const secretsLeftOut = (kind: PureKind, input: CredentialInput): string[] =>
  (wayOf(kind, input)?.fields ?? [])
    .filter(({ name, secret, behind }) => secret && !behind && input[name] === undefined)
    .map(({ name }) => name);

/** Whether the identity is the installation's: then the owner of the storage has to allow the workspace. */
export const isShared = (kind: PureKind, credential: Pick<Credential, 'kind'>): boolean =>
  wayOf(kind, credential)?.isShared ?? true;
