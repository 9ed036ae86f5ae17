import type { Dispatcher } from 'undici';
import type { Provider, SignedUrl } from '../server/provider.ts';

/** What the suite needs of a storage. Objects are made past the provider, as their owner would. */
export interface ProviderUnderTest {
  /** May write below `RENDITION_PREFIX`, if the storage can be written to. Its parts may be null; then they are not tried. */
  provider: Provider;
  /** A container that exists; the suite puts its objects under prefixes of their own. */
  container: string;
  /** A container that exists and stays empty. */
  emptyContainer: string;
  /** Another provider for the same storage with the same credential. */
  reopen(): Provider;
  /** A provider with a credential that the storage refuses. */
  withWrongCredential(): Provider;
  /** A provider that has no reader. */
  clientOnly(): Provider;
  put(key: string, body: Buffer | string, contentType?: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Makes small objects under these keys, many at once. */
  fill(keys: string[]): Promise<void>;
  /** Signs a URL that works for a few seconds. Not called where the provider has no signer. */
  signBriefly(key: string): Promise<SignedUrl>;
  /** Comes back when a moment is over, by the storage's clock. */
  pass(moment: Date): Promise<void>;
  now(): Date;
  /** For plain clients, which trust the storage's certificate but know nothing else. */
  dispatcher: Dispatcher;
  stop(): Promise<void>;
}
