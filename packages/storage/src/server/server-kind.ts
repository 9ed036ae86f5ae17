import type { AccessMode, Credential, CredentialInput, StorageLocation } from '@mooring/contract';
import type { z } from 'zod';
import type { Reading } from '../form.ts';
import type { StorageKind } from '../kind.ts';
import type { Clock } from './clock.ts';
import type { EventReader } from './events.ts';
import type { Guard } from './guard/network.ts';
import type { InventoryReader } from './inventories.ts';
import type { Provider } from './provider.ts';

/** The half of a storage kind that runs in the server. Registered in the server's `kinds.ts`, its settings in `kind-settings.ts`. */
export interface ServerKind<
  L extends StorageLocation = StorageLocation,
  C extends Credential = Credential,
  I extends CredentialInput = CredentialInput,
> {
  readonly kind: StorageKind<L, C, I>;
  /** What the operator can set, by the name in the configuration. */
  readonly settings: Readonly<Record<string, KindSetting>>;
  /**
   * Domains whose names only the service can give: the guard leaves them to a proxy to resolve.
   * An entry that begins with a dot stands for all names below it.
   */
  readonly domains: readonly string[];
  /** The service that keeps the secret keys of the installation, where the operator has set one of the kind's. */
  keyStore?(deps: Pick<KindDependencies, 'settings' | 'guard'>): KeyStore | null;
  /** @throws where the settings contradict one another, with what to set */
  open(deps: KindDependencies): Promise<OpenKind<L, C, I>>;
}

/** A service that keeps one secret text: the secret keys of an installation. */
export interface KeyStore {
  /** To follow “from”. */
  readonly name: string;
  /** @throws MooringError `unavailable` where it cannot be read */
  read(): Promise<string>;
  /** @throws MooringError `unavailable` where it cannot be written */
  write(text: string): Promise<void>;
}

/** One setting of the operator's. */
export interface KindSetting<T = unknown> {
  /** Name of the environment variable. */
  env: string;
  /** What a value has to be, to follow “expected”. */
  expected: string;
  schema: z.ZodType<T>;
  fallback: (env: NodeJS.ProcessEnv) => unknown;
  /** For values that hold a secret: how to show one. */
  redact?: (value: string) => string;
}

export interface KindDependencies {
  /** By the names of `settings`. */
  settings: Readonly<Record<string, unknown>>;
  /** For requests to storage. */
  guard: Guard;
  /** For requests to sign-in services. */
  signInGuard: Guard;
  clock: Clock;
  /** Notes something for the operator. */
  note: (error: unknown, message: string) => void;
}

/** A kind in a running server. */
export interface OpenKind<
  L extends StorageLocation = StorageLocation,
  C extends Credential = Credential,
  I extends CredentialInput = CredentialInput,
> {
  /** What an administrator has to know of this installation, for `getInstallation`. */
  offers(): Promise<Record<string, unknown>>;
  /** Why a location must not be used, beside what the guard says; null: it may. */
  locationRefusal(location: L, credential: I): { message: string; fix: string; field: string } | null;
  /** The two halves of a credential: what may be shown, and what is sealed. Judged as far as nothing has to be sent. */
  readCredential(
    typed: CredentialInput,
    context: { accessMode: AccessMode; location: L; now: Date },
  ): Reading<{ shown: C; sealed: I }>;
  createProvider(options: ProviderOptions<L, I>): Provider;
  /** Sign-ins of administrators in a browser; null where the kind has none. */
  readonly signIns: KindSignIns<L, C> | null;
  readonly events: EventReader | null;
  readonly inventories: InventoryReader | null;
}

export interface ProviderOptions<L, I> {
  location: L;
  credential: I;
  accessMode: AccessMode;
  /** Below which renditions may be written; ends in `/`. Null: nothing is written. */
  renditionPrefix: string | null;
  /**
   * What stands for the workspace at the storage, in a mark of the owner's or as an external id: any of them, the first
   * where something new is set up. Not secret.
   */
  ownershipTokens: readonly [string, ...string[]];
  /** What was registered of this connection; only for kinds with `addresses`. */
  addresses: AddressBook;
  /** With tokens and keys of its own, to see what the credential is worth now. */
  fresh: boolean;
  takeTurn: TakeTurn;
}

/** Addresses that were registered and have to be kept. */
export interface AddressBook {
  /** By key, of those objects of a container that have one. The addresses are secrets. */
  find(container: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/**
 * Waits for a turn to take in a large answer: one of more than 4 MB. Few large answers come at once, and of one workspace
 * fewer, so that they neither fill the memory nor keep other workspaces waiting.
 * @returns gives the turn back; calling it more than once gives back one
 * @throws the signal's reason
 */
export type TakeTurn = (signal: AbortSignal) => Promise<() => void>;

/**
 * Sign-ins of administrators at the service's own sign-in. The server keeps the requests, with their state, nonce and
 * verifier, each for one browser session and one use; the kind makes the addresses and reads the answers.
 */
export interface KindSignIns<L, C> {
  /**
   * Where an administrator consents to the app of this installation, once a request has a state.
   * @param typed what the kind's form has, such as the organisation
   */
  consentUrl(
    typed: Record<string, unknown>,
    back: { redirectUri: string },
  ): Reading<(state: string) => string>;
  /** What came back. It proves nothing: anyone can write an address. `fills` goes into the form. */
  readConsent(
    answer: Record<string, unknown>,
  ): { granted: true; fills: Record<string, string> } | { granted: false; reason: string };
  /** Where a person signs in who may speak for the owner of the storage, once a request has its values. Throws ProviderError. */
  ownerUrl(
    subject: { location: L; credential: C },
    back: { redirectUri: string; signal: AbortSignal },
  ): Promise<Reading<(request: { state: string; nonce: string; codeChallenge: string }) => string>>;
  /**
   * Who has signed in, once that is verified and they may speak for the owner; else why not, for people. `log` names
   * what only the operator may read. Throws ProviderError.
   */
  readOwner(
    subject: { location: L; credential: C },
    answer: Record<string, unknown>,
    back: { redirectUri: string; nonce: string; codeVerifier: string; signal: AbortSignal },
  ): Promise<{ ok: true; who: string } | { ok: false; reason: string; log?: unknown }>;
}
