import type { Readable } from 'node:stream';
import type { ArchiveState, CheckId, Fix } from '@mooring/contract';
import type { ObjectList } from './object-list.ts';

/** What a listing says of one object. */
export interface StorageObject {
  /** The whole key in its container, exactly as stored: any Unicode, never normalised. */
  key: string;
  /** Without surrounding quotes, so that a listing's and a read's compare equal. */
  etag: string;
  sizeBytes: number;
  /** Null where the listing names none. */
  contentType: string | null;
  /** The service's own name of the tier, e.g. `Hot`, `GLACIER`; null where it has none. Only for people to read. */
  tier: string | null;
  /**
   * Whether a read would be refused because the object is archived. A provider says what it knows: a restored object
   * is `readable` although its tier is still an archive, and `unknown` means that only a read will tell.
   */
  archiveState: ArchiveState;
  lastModified: Date;
  /** A zero-length stand-in for a directory (a key that ends in `/`, or metadata `hdi_isfolder`). */
  placeholder: boolean;
}

export interface ListOptions {
  /** Only keys that begin with this. */
  prefix?: string | undefined;
  /** Fold keys that go on past the next delimiter into `prefixes`. */
  delimiter?: '/' | undefined;
  /**
   * Only keys from this one on, and only keys before that one, in the order in which the storage lists; see
   * `capabilities.list.ranges`. Ranges that share a bound neither miss a key nor list one twice. With a delimiter,
   * a prefix that reaches into the range is listed too.
   */
  startFrom?: string | undefined;
  endBefore?: string | undefined;
  /** From the page before, which was asked for with the same options; opaque. */
  cursor?: string | undefined;
  /** At most this many entries; the provider may return fewer, even none, and still go on. */
  pageSize?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface ListPage {
  objects: readonly StorageObject[] | ObjectList;
  /** With a delimiter: the common prefixes, each ending in it. */
  prefixes: string[];
  /** Where the next page begins; null when this was the last. Survives a restart of the process. */
  cursor: string | null;
}

export interface ByteRange {
  /** First byte, from 0. */
  start: number;
  /** Last byte, inclusive; the answer may end earlier where the object does. */
  end: number;
}

export interface RangeRead {
  /** The bytes, to be consumed or destroyed. Back-pressure reaches the storage. */
  body: Readable;
  /** Where `body` begins, and how long it is. */
  start: number;
  lengthBytes: number;
  /** Size of the whole object. */
  totalBytes: number;
  contentType: string | null;
  etag: string;
}

export interface SignedUrl {
  url: string;
  /**
   * When it really stops working: the earlier of what was asked and the key's end. A token that is handed out
   * whole (`capabilities.sign` is `account`) always works until its own end.
   */
  expiresAt: Date;
}

/** Reads objects' bytes and properties. Absent from `client-only` connections, so nothing can reach their data. */
export interface Reader {
  /** @throws ProviderError `not-found`, `forbidden`, `unauthenticated` … */
  head(container: string, key: string, signal?: AbortSignal): Promise<StorageObject>;
  /**
   * Reads a range; without one, the whole object. With `ifMatch`, only while the ETag is still that.
   * @throws ProviderError `range` where `start` is at or past the end, `changed` where the ETag differs,
   * `archived` where the tier cannot be read.
   */
  readRange(
    container: string,
    key: string,
    options?: {
      range?: ByteRange | undefined;
      ifMatch?: string | undefined;
      signal?: AbortSignal | undefined;
    },
  ): Promise<RangeRead>;
}

/** Makes URLs that a plain HTTP client can GET. Absent where the credential must not leave the server. */
export interface Signer {
  /**
   * The URL answers GET and HEAD with Range, for this one object where `capabilities.sign` is `object`.
   * Asked again with the same end, it returns the same URL for as long as its own key lives, so that browsers'
   * caches work; so nothing else in the URL may depend on the time of the call.
   * @param expiresAt when the URL should stop working, a whole second; at most `capabilities.maxSignSeconds` away.
   */
  sign(container: string, key: string, expiresAt: Date): Promise<SignedUrl>;
}

/**
 * A place where the owner of a storage says that a workspace may use it: an entry of metadata, a tag, a label, a marker
 * object. Looks there and nowhere else.
 */
export interface OwnerMark {
  /** One of the kind's `ownership.marks`. */
  readonly id: string;
  /**
   * Whether it names one of the tokens.
   * @throws ProviderError
   */
  names(container: string, tokens: readonly string[], signal?: AbortSignal): Promise<boolean>;
}

/** Reads queues of messages in the same account. */
export interface MessageQueue {
  /** Why a URL is no queue that may be read with this credential, as the end of a sentence; null: it is one. */
  refusal(queueUrl: string): string | null;
  /**
   * Takes messages, oldest first; they come again after `hiddenSeconds` unless they are removed.
   * @throws ProviderError
   */
  receive(
    queueUrl: string,
    options: { max: number; hiddenSeconds: number; signal: AbortSignal },
  ): Promise<QueueMessage[]>;
  /** Removes a message that was taken; one that was taken again meanwhile stays. @throws ProviderError */
  remove(queueUrl: string, message: QueueMessage, signal: AbortSignal): Promise<void>;
}

export interface QueueMessage {
  id: string;
  receipt: string;
  text: string;
}

/** Writes what Mooring makes itself, below one prefix and nowhere else. Absent where no caller asked for it. */
export interface Writer {
  /** Every key that it takes begins with this; it ends in `/`. */
  readonly prefix: string;
  /**
   * Creates or replaces an object.
   * @throws ProviderError `invalid` where the key does not begin with `prefix`, `forbidden` …
   */
  put(
    container: string,
    key: string,
    body: Buffer,
    options?: { contentType?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<void>;
  /** @throws ProviderError as `put`, and `not-found` */
  remove(container: string, key: string, signal?: AbortSignal): Promise<void>;
}

/** What a provider can do with the credential it has, as data that callers and tests read. */
export interface Capabilities {
  list: {
    delimiter: boolean;
    maxPageSize: number;
    /** Whether keys are known to come in the order of their UTF-8 bytes. Where not, callers check. */
    ordered: boolean;
    /**
     * Whether `startFrom` and `endBefore` may be given. `both`: always. `start`: the storage may turn out not to
     * keep them, or its order may not be known here. Then `list` throws `invalid`, and the caller lists
     * without them.
     */
    ranges: 'none' | 'start' | 'both';
  };
  read: boolean;
  write: boolean;
  /** What a signed URL grants: one object; every object of the account, read only; or it cannot sign. */
  sign: 'object' | 'account' | null;
  /** The longest a signed URL can live. */
  maxSignSeconds: number;
}

/** Where a check looks, and what earlier checks of the same run found. */
export interface CheckContext {
  readonly container: string;
  readonly prefix: string;
  /** Origins that browsers will load from, e.g. `https://mooring.example`. */
  readonly origins: readonly string[];
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** A readable object that `list` came across. */
  sample?: StorageObject | undefined;
  signed?: SignedUrl | undefined;
}

export interface CheckOutcome {
  status: 'passed' | 'warning' | 'failed' | 'skipped';
  observed: string;
  expected: string;
  fix?: Fix | undefined;
  /** What failed may pass within minutes without anybody doing more: a role that was granted just now. */
  mayPassSoon?: boolean | undefined;
}

export interface CheckDefinition {
  id: CheckId;
  /** Checks that must not have failed; otherwise this one is skipped. */
  dependsOn: readonly CheckId[];
  run(context: CheckContext): Promise<CheckOutcome>;
}

/**
 * One storage account with one credential. Every method throws `ProviderError` and nothing else (an abort
 * rejects with the signal's reason). No method throws "not implemented": what cannot be done is null.
 */
export interface Provider {
  readonly kind: string;
  readonly capabilities: Capabilities;
  list(container: string, options?: ListOptions): Promise<ListPage>;
  readonly reader: Reader | null;
  readonly signer: Signer | null;
  readonly writer: Writer | null;
  readonly messages: MessageQueue | null;
  /** Empty where a container has no owner to speak of. Used only where the identity is shared. */
  readonly ownerMarks: readonly OwnerMark[];
  /** The server-side checks, in the order to show them. */
  readonly checks: readonly CheckDefinition[];
  /** Lets go of sockets and cached keys. The provider is not used afterwards. */
  close(): Promise<void>;
}
