import type { Readable } from 'node:stream';
import type { ArchiveState, CheckId, Fix } from '@mooring/contract';
import type { Reading } from '../form.ts';
import type { ProviderError } from './errors.ts';
import type { ObjectList } from './object-list.ts';

/** What a listing says of one object. */
export interface StorageObject {
  /** The whole key in its container, exactly as stored: any Unicode, never normalised. */
  key: string;
  /** Without surrounding quotes, so that a listing's and a read's compare equal. */
  etag: string;
  sizeBytes: number;
  /** Null where the listing names none; see `capabilities.list.contentTypes`. */
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
   * Only keys from this one on (`startFrom`) or after this one (`startAfter`), and only keys before that one
   * (`endBefore`), in the order in which the storage lists; see `capabilities.list`. A provider takes one of the two
   * lower bounds; `listFrom` serves callers of both. Ranges that share a bound neither miss a key nor list one twice.
   * With a delimiter, a prefix that reaches into the range is listed too, but not one that `startAfter` begins with.
   */
  startFrom?: string | undefined;
  startAfter?: string | undefined;
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

/** What the storage says of the bytes, as they are stored, to those who ask for the object. */
export interface StoredHeaders {
  /** Such as `gzip`; ranges count the stored bytes. */
  contentEncoding: string | null;
  contentLanguage: string | null;
}

export interface RangeRead extends StoredHeaders {
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
   * When it really stops working: the earliest of what was asked, what the service allows, and the end of the key or
   * session that has signed it. A token that is handed out whole (`capabilities.sign` is `account`) always works until
   * its own end.
   */
  expiresAt: Date;
}

export interface SignOptions {
  /** What the URLs are for. Where the signature covers the method, the storage refuses any other. */
  method: 'GET' | 'HEAD';
  /** From when they have to work: a whole second, minutes ago, for storages whose clock is behind ours. */
  startsAt: Date;
  /** When they should stop working: a whole second. Far away, it asks for the longest life there is. */
  expiresAt: Date;
  /** The content type that the answer has in the place of the stored one, where `capabilities.signsType`. */
  contentType?: string | undefined;
}

/** Reads objects' bytes and properties. Absent from `client-only` connections, so nothing can reach their data. */
export interface Reader {
  /** @throws ProviderError `not-found`, `forbidden`, `unauthenticated` … */
  head(container: string, key: string, signal?: AbortSignal): Promise<StorageObject & StoredHeaders>;
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

/** Makes URLs that a plain HTTP client can open. Absent where the credential must not leave the server. */
export interface Signer {
  /**
   * Signs any number of objects of one container: one result for each key, in their order. Each URL is for its one
   * object where `capabilities.sign` is `object`, and a GET may ask for a Range. A result is an error where only this
   * key cannot be signed: `invalid`, no URL can name it.
   *
   * Asked again with the same options, it returns the same URLs for as long as its key or session is the same, so that
   * browsers' caches work; so nothing else in a URL may depend on the time of the call. It renews a key or session
   * early, so that no URL is short-lived because the key is about to end. Where each signature is a request, the
   * provider bounds how many run at once; where none is, `signEach` lets others have a turn.
   * @throws ProviderError what stands in the way of all of them
   */
  sign(
    container: string,
    keys: readonly string[],
    options: SignOptions,
  ): Promise<(SignedUrl | ProviderError)[]>;
}

/**
 * A place where the owner of a storage says that a workspace may use it: an entry of metadata, a tag, a label, a marker
 * object, the external id that a role asks for. Looks there and nowhere else.
 */
export interface OwnerMark {
  /** One of the kind's `ownership.marks`. */
  readonly id: string;
  /**
   * Whether it names the workspace, by one of the `ownershipTokens` that the provider was made with.
   * @throws ProviderError
   */
  names(container: string, signal?: AbortSignal): Promise<boolean>;
}

/**
 * Where messages wait, in fields of the kind's own: a URL, an ARN, the name of a subscription. Kept with the feed, and
 * shown to people, so it holds no secret. The same place always has the same address.
 */
export type MessageAddress = Readonly<Record<string, string>>;

/** Reads messages that wait at a place of the same account. */
export interface MessageQueue {
  /** The address that the typed fields of a feed say; refused where this credential must not read there. */
  address(typed: Readonly<Record<string, string>>): Reading<MessageAddress>;
  /**
   * Takes as many messages as the service gives at once, oldest first; none where none wait. They come again after
   * `hiddenSeconds` unless they are removed.
   * @throws ProviderError
   */
  receive(
    address: MessageAddress,
    options: { hiddenSeconds: number; signal: AbortSignal },
  ): Promise<QueueMessage[]>;
  /** Removes a message that was taken; one that was taken again meanwhile stays. @throws ProviderError */
  remove(address: MessageAddress, message: QueueMessage, signal: AbortSignal): Promise<void>;
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
  /** @throws ProviderError as `put`; `not-found` where the service says that nothing was there */
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
     * Whether bounds may be given. `both`: always. `start`: the storage may turn out not to
     * keep them, or its order may not be known here. Then `list` throws `invalid`, and the caller lists
     * without them.
     */
    ranges: 'none' | 'start' | 'both';
    /**
     * Which lower bound `list` takes: `startFrom` where it is inclusive, `startAfter` where it is exclusive. Exclusive
     * only where `ordered`: in another order, keys beside a bound could be in no range.
     */
    lowerBound: 'inclusive' | 'exclusive';
    /** Whether listings name content types. Where not, `contentType` is null, and only a read knows it. */
    contentTypes: boolean;
  };
  read: boolean;
  write: boolean;
  /** What a signed URL grants: one object; every object of the account, read only; or it cannot sign. */
  sign: 'object' | 'account' | null;
  /** Whether a signed URL can name another content type than the stored one. */
  signsType: boolean;
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
  /** Stand in for a sample that cannot be read. */
  others?: readonly StorageObject[] | undefined;
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

/** Where something failed. */
export interface AdviceContext extends Pick<CheckContext, 'container' | 'prefix' | 'now'> {
  /** Where messages were to come from. */
  messages?: MessageAddress | undefined;
}

/**
 * How to mend what failed, in the provider's own terms and with the user's own names filled in; nothing secret.
 * @param failed the check that failed, or would fail for the same cause; `messages`: reading a queue
 */
export type Advise = (error: ProviderError, failed: CheckId | 'messages', context: AdviceContext) => Fix;

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
  /** What its checks advise. A sync that fails for the same cause gets the same advice. */
  readonly advise: Advise;
  /** Lets go of sockets and cached keys. The provider is not used afterwards. */
  close(): Promise<void>;
}
