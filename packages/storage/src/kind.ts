import type {
  AccessMode,
  ConnectionWarning,
  Credential,
  CredentialInput,
  DeliveryMode,
  Fix,
  KindSchemas,
  Ownership,
  SetupDocument,
  SetupRequest,
  StorageLocation,
  StorageLocationInput,
} from '@mooring/contract';
import type { BrowserAdvice } from './browser/blame.ts';
import type { FieldContext, FormField, Reading } from './form.ts';
import type { SecretRules } from './secrets.ts';

/**
 * A storage service with all that belongs to it, as far as that is pure: it sends nothing and reads no files, so
 * browsers load it too. What needs Node.js is its `ServerKind`; docs/decisions/0016-storage-kinds.md says what
 * other services put into the members that differ most.
 *
 * `L`: where its data is. `C`: what may be shown of its credentials. `I`: its credentials as they are typed and sealed.
 */
export interface StorageKind<
  L extends StorageLocation = StorageLocation,
  C extends Credential = Credential,
  I extends CredentialInput = CredentialInput,
> {
  /** Stored with each connection, so it never changes. In lowercase. */
  readonly id: string;
  readonly words: KindWords;
  /** What it adds to the API. */
  readonly api: KindSchemas;
  readonly location: LocationRules<L>;
  readonly credentials: CredentialRules<L, C, I>;
  readonly setup: SetupRules<L>;
  /** What its secrets look like, for every field that they could be pasted into. */
  readonly secrets: SecretRules;
  readonly ownership: OwnershipRules<L>;
  /** Ways in which the service says what changed between syncs; empty where there are none. */
  readonly feeds: readonly FeedWay[];
  /**
   * Where the addresses that are registered open their objects: such a kind has no listing, so no source of it is
   * synced. Null: the storage lists its objects, and the credential opens them.
   */
  readonly addresses: AddressRules | null;
  /** Reports of the service that list all objects; null where there are none. */
  readonly inventory: { name: string; manifest: FormField } | null;
  /** What to do at the storage where it refuses pages of an origin. */
  browserAdvice(location: L, origin: string): BrowserAdvice;
  /** What remains to be revoked once Mooring has forgotten the credential. */
  revoke(connection: Subject<L, C>): Fix;
}

/** What there is to know of an address that opens its object by itself. */
export interface AddressRules {
  /** Whether the address has to be kept, sealed: the place of its object does not say it, as with a signature. */
  needsKeeping(address: string, place: { container: string; key: string }): boolean;
  /** Until when it opens the object; null where it does not say. */
  expiresAt(address: string): Date | null;
}

/** Words of the service, to stand in sentences. */
export interface KindWords {
  /** Its full name, as its owner writes it. */
  service: string;
  /** Where people manage it and run commands. */
  cloud: string;
  /** What holds the objects, such as “container”. */
  container: string;
  /** What says what changes, null where nothing does. */
  events: string | null;
  /** What a person needs to connect it, to follow “You need”. */
  needs: string;
}

/** What is known of a connection by those who make texts about it. */
export interface Subject<L extends StorageLocation, C extends Credential> {
  location: L;
  credential: C;
  ownership: Pick<Ownership, 'token' | 'markerKey' | 'provenBy'> | null;
  renditionPrefix: string | null;
}

export interface LocationRules<L extends StorageLocation> {
  /** The field that takes any address of a container or of an object in it. */
  readonly address: FormField;
  /** What an address says, part by part; each can be typed by itself. `container` and `prefix` are among them. */
  readonly parts: readonly LocationPart[];
  /** Whether a text is an address of this service, so that its form is the one to show. */
  recognises(text: string): boolean;
  /** Takes an address apart while it is being typed; names in it are not judged. */
  takeApart(address: string): Reading<Record<string, string>>;
  /** The other way: the address that parts say; empty where they say nothing. */
  join(parts: Readonly<Record<string, string>>): string;
  /** A part that was typed, and what goes along with it. */
  withPart(parts: Readonly<Record<string, string>>, name: string, text: string): Record<string, string>;
  /** What the parts marked `advanced` say, in words, while they are not shown. */
  about(parts: Readonly<Record<string, string>>): string;
  /** Where typed fields lead: `url`, or the parts. Says what is wrong without repeating what could be a secret. */
  read(typed: StorageLocationInput): Reading<L>;
  /** A credential that came inside an address, whole, and the address without it; null where there is none. */
  credentialIn(address: string): { kind: string; field: string; text: string; address: string } | null;
  /**
   * The object that an address in the same storage names. What is secret in it, such as a token, is left out.
   * @param location of the connection, for addresses that do not say all
   */
  object(url: string, location: L): Reading<{ container: string; key: string }>;
  /**
   * The object that an address of a list names, in any of its forms, where the credential of this location could reach
   * it; null where it lies elsewhere. Its container can be another one than the location's. Pure, and quick: it is
   * called for each address of a list.
   */
  owns(address: string, location: L): { container: string; key: string } | null;
  /** What is wrong with the name of a container, in a sentence; null where nothing is. */
  containerProblem(name: string): string | null;
  /** What a location says, part by part: typed again, the parts lead there. */
  toParts(location: L): Record<string, string>;
  /** The address that people know it by. */
  url(location: L): string;
  /** In few words, such as `acme/photos/raw/`. */
  title(location: L): string;
  /** What a connection to it is called unless a person says otherwise. */
  name(location: L): string;
  /** What two connections share where they reach the same data: an account, an endpoint, a region. Compared as text. */
  place(location: L): string;
}

export interface LocationPart extends FormField {
  /** Shown only when asked for; `about` says in words what it would say. */
  advanced?: boolean;
}

/** One way to let Mooring in. */
export interface CredentialWay {
  /** `kind` of the credential. */
  id: string;
  label: string;
  /** The label in the middle of a sentence. */
  words: string;
  /** What it lets Mooring do, and what it does not: a sentence each. */
  grants: string;
  cannot: string;
  /** What the operator of an installation sets so that it can be chosen; null: it always can. */
  operator: string | null;
  /** By what the installation offers of this kind. */
  isOffered(offers: Record<string, unknown>): boolean;
  /**
   * Whether the identity is the installation's rather than the customer's. Anyone who knows another's names could then
   * enter them, so such a connection is used only once the owner of the storage has allowed the workspace.
   */
  isShared: boolean;
  /** Whether it stands for one person, and so is for trying things out. */
  isPersonal: boolean;
  /** Whether the set-up grants it what it may do: more narrowly, or to write too. A token carries its own grants. */
  isGranted: boolean;
  /** What it is called to put another in its place; default: “Replace the credential”. */
  replace?: string;
  fields: readonly FormField[];
  /** Where an administrator consents in a browser first: the words for it, and the field that the consent fills in. */
  consent: {
    text: string;
    button: string;
    /** Who may consent, to follow “Ask”. */
    who: string;
    /** Where it was given, to stand before what it filled in: “in the directory”. */
    where: string;
    /** The name in the address under which it comes back. */
    answer: string;
    fills: string;
  } | null;
}

export interface CredentialRules<L extends StorageLocation, C extends Credential, I extends CredentialInput> {
  /** The best first. */
  readonly ways: readonly CredentialWay[];
  /** Judges a whole credential by all that can be known without asking anyone, and brings it into its stored form. */
  read(typed: CredentialInput, context: FieldContext & { accessMode: AccessMode }): Reading<I>;
  /** In a few words, for histories: nothing secret. */
  describe(credential: C): string;
  /** What may be shown, as facts with a name each. */
  facts(credential: C): readonly { name: string; value: string; isId?: boolean }[];
  /** As it would be shown once it is stored, as far as it is typed. Holds no secret. */
  preview(typed: CredentialInput): Partial<C> & { kind: string };
  /** How bytes reach a browser with it. */
  delivery(credential: Partial<C> & { kind: string }): DeliveryMode;
  /** The ends that can be seen of it. */
  expiries(credential: C): readonly Expiry[];
  /** What else will need attention. @param writes whether Mooring is to write renditions */
  warnings(credential: C, writes: boolean): readonly ConnectionWarning[];
  /** What Mooring can do with it, beside listing and reading; `proved` looks up what the checks found. */
  abilities(subject: { location: L | null; credential: Partial<C> & { kind: string } }): readonly Ability[];
}

/** A part of a credential with an end that Mooring can see. */
export interface Expiry {
  /** `delivery`: only what browsers use. */
  which: 'main' | 'delivery';
  /** Such as “certificate”. */
  what: string;
  at: Date;
}

/** Something that Mooring can or cannot do with a connection, in plain words. */
export interface Ability {
  id: string;
  text: string;
  /** Checks that prove it, all of them; or what holds without a check. `browser`: what a browser found. */
  provedBy: readonly string[] | 'browser' | 'cannot' | 'beware';
}

export interface SetupRules<L extends StorageLocation> {
  /** @throws ZodError where the request is not valid */
  generate(request: SetupRequest): SetupDocument;
  /** How narrowly it can grant: the first is the default. */
  readonly narrowings: readonly { id: string; label: string; hint: string }[];
  /** What to ask for. */
  request(of: {
    location: L;
    /** As it is shown: stored, or a `preview`. */
    credential: Readonly<Record<string, unknown>> & { kind: string };
    isStored: boolean;
    /** What this installation offers of the kind. */
    offers: Readonly<Record<string, unknown>>;
    narrowing: string;
    renditionPrefix: string | null;
    /** Of pages that load straight from the storage; empty where none do. */
    origins: readonly string[];
    ownership: Pick<Ownership, 'token' | 'markerKey'> | null;
    now: Date;
  }): SetupRequest;
}

/** A place whose owner has to want the workspace, and by what Mooring reaches it. */
export type OwnedPlace<L extends StorageLocation> = Pick<Subject<L, Credential>, 'location' | 'credential'>;

/** How the owner of a storage says that a workspace may use it. */
export interface OwnershipRules<L extends StorageLocation> {
  /** The best first: an entry of metadata, a label, a tag, a marker object, an external id. Ids are stored. */
  readonly marks: readonly {
    id: string;
    /** For histories, such as “By the metadata of the container”. */
    words: string;
    /** To follow “the owner wants this workspace:”. */
    found: string;
    /** What a check saw where it is there. */
    observed: string;
  }[];
  /** The key of the object that can be the mark. */
  markerKey(token: string): string;
  /** What a check looks for. */
  expected(of: OwnedPlace<L>, token: string): string;
  /** How the owner sets the mark, or asks for the token in a trust policy. */
  fix(of: OwnedPlace<L>, token: string): Fix;
  /** Whether an administrator can sign in instead, and the words for it. */
  readonly signIn: {
    text: string;
    button: string;
    /** To follow “the owner wants this workspace:”. */
    found: string;
    observed: string;
    isPossible(credential: Credential, offers: Record<string, unknown>): boolean;
  } | null;
  /** Why an identity of the installation needs the owner's word, in a sentence. */
  why(credential: Credential): string;
  /** What the owner owns, such as the account's name. */
  subject(location: L): string;
}

/** A way in which a service says what changed. */
export interface FeedWay {
  /** `kind` of the feed. */
  id: string;
  /** In a choice of ways. */
  label: string;
  /** By itself. */
  title: string;
  hint: string;
  /** `webhook`: the service posts to a URL of Mooring's. `messages`: Mooring reads messages that wait. */
  how: 'webhook' | 'messages';
  /** What remains to be done at the storage. */
  subscribe: string;
  /** What a feed of a connection to this location needs; their examples are filled in. */
  fields(location: StorageLocation): readonly FormField[];
}
