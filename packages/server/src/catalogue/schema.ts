import type { KnownFacts, MediaProblem, MediaWarning, Profile, SourceFilters } from '@mooring/contract';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

// The tables, as migrations/ make them. Every table of a workspace begins its keys with workspace_id.
// Timestamps are `timestamptz` and arrive as Date; counts are `int8` and arrive as number.

type Json<T> = JSONColumnType<NonNullable<T> & object, string, string>;
type JsonOrNull = ColumnType<object | null, string | null, string | null>;
/** Read only with a type; written as JSON by hand. */
type JsonOr<T> = ColumnType<T | null, never, never>;
type CreatedAt = ColumnType<Date, Date, never>;

export interface Schema {
  workspaces: {
    id: string;
    name: string;
    /** Assets beyond so many are marked `over_quota`; null: no limit. */
    max_assets: Generated<number | null>;
    /** Whether the marks agree with it, as far as is known. */
    quota_settled: Generated<boolean>;
    /** Of URLs that service tokens ask for. */
    max_signing_seconds: Generated<number>;
    revision: Generated<number>;
    created_at: CreatedAt;
  };
  members: {
    workspace_id: string;
    id: string;
    name: string;
    /** null: of the first administrator, until it is given. */
    email: string | null;
    role: string;
    /** The person of an OpenID provider that they are; null: they have not signed in there. */
    oidc_issuer: Generated<string | null>;
    oidc_subject: Generated<string | null>;
    last_signed_in_at: Date | null;
    revision: Generated<number>;
    created_at: CreatedAt;
  };
  invitations: {
    workspace_id: string;
    id: string;
    code_hash: Buffer;
    email: string;
    role: string;
    /** The member who made it, with whom it goes; null: a service token did. */
    made_by: string | null;
    parent_token_id: string | null;
    expires_at: Date;
    created_at: CreatedAt;
  };
  sign_in_links: {
    code_hash: Buffer;
    workspace_id: string;
    id: string;
    member_id: string;
    /** The member who made it, or the link it came from; it goes with them. */
    made_by: string | null;
    parent_token_id: string | null;
    expires_at: Date;
    used_at: Date | null;
    created_at: CreatedAt;
  };
  sessions: {
    token_hash: Buffer;
    workspace_id: string;
    id: string;
    member_id: string;
    /** The member who made it, or the link it came from; it goes with them. */
    made_by: string | null;
    parent_token_id: string | null;
    /** Begun at the OpenID provider. */
    is_oidc: Generated<boolean>;
    expires_at: Date;
    created_at: CreatedAt;
  };
  tokens: {
    workspace_id: string;
    id: string;
    name: string;
    role: string;
    read_only: boolean;
    /** The part of the data that it opens, as the API has it; null: all. */
    scope: JsonOrNull;
    /** Whose it is, with whom it goes; null: a service token. */
    member_id: string | null;
    hint: string;
    token_hash: Buffer;
    /** It ends with this one, which made it. */
    parent_token_id: string | null;
    expires_at: Date;
    last_used_at: Date | null;
    created_at: CreatedAt;
  };
  ssh_keys: {
    workspace_id: string;
    id: string;
    name: string;
    /** Whose it is, with whom it goes. */
    member_id: string;
    /** The most that it may do, as of the token that registered it. */
    role: string;
    /** The 32 bytes of an ed25519 key; no two rows have the same. */
    public_key: Buffer;
    /** It ends with this token, which registered it. */
    parent_token_id: string | null;
    expires_at: Date;
    last_used_at: Date | null;
    created_at: CreatedAt;
  };
  /** Folders that clients of other platforms have made. */
  client_folders: {
    workspace_id: string;
    id: string;
    /** For clients whose ids are numbers. */
    number: Generated<number>;
    parent_id: string | null;
    name: string;
    /** No two rows of a workspace have the same, as with the next. */
    registered_as: string;
    slug: string;
    description: string;
    client_metadata: JsonOrNull;
    /** Of a folder that is synced; null: lists are registered into it. */
    source_id: string | null;
    made_by: string;
    created_at: CreatedAt;
    updated_at: Date;
  };
  /** One for each workspace that has entries or has chosen something: see audit. */
  audit_chains: {
    workspace_id: string;
    last_seq: Generated<number>;
    last_hash: Generated<Buffer>;
    /** Of the newest entry that was removed because of its age; 0: none was. */
    removed_seq: Generated<number>;
    removed_hash: Generated<Buffer>;
    records_reads: Generated<boolean>;
    keep_days: Generated<number | null>;
    revision: Generated<number>;
  };
  audit_entries: {
    workspace_id: string;
    seq: number;
    at: Date;
    action: string;
    outcome: string;
    caller_via: string;
    caller_id: string | null;
    caller_name: string | null;
    session_id: string | null;
    address: string | null;
    subject_id: string | null;
    asset_ids: string[];
    detail: Json<object>;
    previous_hash: Buffer;
    hash: Buffer;
  };
  /** Acts that are under way. */
  audit_begun: { id: string; workspace_id: string; begun_at: Date; entry: Json<object> };
  setup_links: {
    workspace_id: string;
    id: string;
    token_hash: Buffer;
    made_by: string | null;
    parent_token_id: string | null;
    request: Json<object>;
    expires_at: Date;
    created_at: CreatedAt;
  };
  /** Links that open assets without signing in: see access/links. */
  links: {
    workspace_id: string;
    id: string;
    name: string;
    token_hash: Buffer;
    hint: string;
    scope: Json<object>;
    origins: string[] | null;
    made_by: string | null;
    parent_token_id: string | null;
    expires_at: Date;
    last_used_at: Date | null;
    created_at: CreatedAt;
  };
  /** One row at most; see keys/key-check. */
  secret_key_check: { only_row: Generated<boolean>; text_sealed: Buffer; created_at: CreatedAt };
  /** Processes in use: see keys/key-holders. */
  key_holders: {
    id: string;
    /** Host and process id. */
    process: string;
    /** Where it has its keys from. */
    key_source: string;
    /** In hexadecimal, as of the next. */
    key_ids: string[];
    sealing_key_id: string;
    seen_at: Date;
  };
  /** One row at most; see keys/import-check. */
  import_check: { only_row: Generated<boolean>; signature: Json<object> };
  connections: {
    workspace_id: string;
    id: string;
    name: string;
    provider: string;
    access_mode: string;
    /** What connections share where they reach the same data, as their kind says it. */
    place: Generated<string>;
    location: Json<object>;
    /** What may be shown. */
    credential: Json<object>;
    /** Sealed: see platform/secrets. Null once it is unlinked. */
    credential_sealed: Buffer | null;
    /** Counts the credentials that it has had. Sealing one anew does not count. */
    credential_version: Generated<number>;
    status: string;
    status_reason: string | null;
    last_checked_at: Date | null;
    next_check_at: Date | null;
    /** In a row; see connections/recheck. */
    failed_checks: Generated<number>;
    /** The origins of browsers, from the last checks that a person asked for. */
    checked_origins: Generated<string[]>;
    /** Whether its assets stay as tombstones when it is removed. */
    assets_kept: Generated<boolean>;
    rendition_prefix: string | null;
    ownership_proven_at: Date | null;
    ownership_proven_by: string | null;
    /** Of what it was proven: see connections/ownership. */
    ownership_of: Buffer | null;
    revision: number;
    /** Set the moment it is unlinked; from then on nothing uses it. */
    removed_at: Date | null;
    created_at: CreatedAt;
    updated_at: Date;
  };
  checks: {
    workspace_id: string;
    connection_id: string;
    id: string;
    side: string;
    position: number;
    status: string;
    observed: string | null;
    expected: string | null;
    fix: JsonOrNull;
    duration_ms: number | null;
    checked_at: Date | null;
  };
  folders: {
    workspace_id: string;
    id: string;
    parent_id: string | null;
    source_id: string | null;
    name: string;
    /** For folders made by a sync: the prefix of the keys below it. */
    key_prefix: string | null;
    description: Generated<string | null>;
    client_metadata: JsonOr<Record<string, unknown>>;
    revision: Generated<number>;
    created_at: CreatedAt;
  };
  /** Counts of present assets, changed in the same transaction as the assets. */
  folder_counters: {
    workspace_id: string;
    folder_id: string;
    kind: string;
    direct_assets: number;
    /** Exact, however large: as text. */
    direct_bytes: string;
    total_assets: number;
    total_bytes: string;
  };
  sources: {
    workspace_id: string;
    id: string;
    connection_id: string;
    folder_id: string;
    container: string;
    prefix: string;
    asset_count: Generated<number>;
    gone_count: Generated<number>;
    last_synced_at: Date | null;
    last_operation_id: string | null;
    filters: ColumnType<SourceFilters, string | undefined, string>;
    max_removed_share: Generated<number>;
    /** Of its schedule; null: it has none. */
    every_seconds: Generated<number | null>;
    /** Only a sync that begins later brings it in line: see sync/want-sync. */
    sync_wanted_at: Generated<Date | null>;
    sync_wanted_reason: Generated<string | null>;
    /** Why no sync starts by itself although one is due. */
    sync_held: Generated<string | null>;
    /** Whether its assets are probed by themselves. */
    probes: Generated<boolean>;
    /** Assets came or changed since its latest probe began: see probe/due-probes. */
    probe_wanted_at: Generated<Date | null>;
    /** The rules that its assets must meet. */
    profile: Generated<string>;
    /** Assets after this key are still to be judged by it; null: all are judged. */
    judge_after: Generated<string | null>;
    /** Of its next new asset: see catalogue/asset-segments.ts. */
    next_number: Generated<number>;
    /** The folder that its assets were registered into; null: it is synced. */
    registered_as: Generated<string | null>;
    /** Set the moment it is to be removed; from then on nothing uses it. */
    removed_at: Generated<Date | null>;
    revision: Generated<number>;
    created_at: CreatedAt;
  };
  profiles: {
    workspace_id: string;
    name: string;
    description: string;
    rules: ColumnType<Profile['rules'], string, string>;
    revision: Generated<number>;
    created_at: CreatedAt;
    updated_at: Date;
  };
  assets: {
    workspace_id: string;
    id: string;
    connection_id: string;
    source_id: string;
    folder_id: string;
    key: string;
    kind: string;
    content_type: string | null;
    size_bytes: number;
    etag: string;
    /** The service's own name of it, for people to read. */
    tier: string | null;
    /** Whether a read would be refused: see contract's ArchiveState. */
    archive_state: Generated<string>;
    last_modified: Date;
    gone_at: Date | null;
    gone_reason: Generated<string | null>;
    over_quota: Generated<boolean>;
    /** The ETag that the columns below are about; null: never probed. */
    probed_etag: Generated<string | null>;
    probed_at: Generated<Date | null>;
    /** All facts that were learned; null where there are none. */
    media: JsonOr<KnownFacts>;
    media_warnings: JsonOr<MediaWarning[]>;
    /** Why nothing could be learned. */
    media_problem: JsonOr<MediaProblem>;
    /** By content; `kind` is by name and type. */
    media_kind: Generated<string | null>;
    width: Generated<number | null>;
    height: Generated<number | null>;
    duration_seconds: Generated<number | null>;
    frames: Generated<number | null>;
    media_type: Generated<string | null>;
    codec: Generated<string | null>;
    /** Rules of the source's profile; null: it fails none, as far as is known. */
    failed_rules: Generated<string[] | null>;
    /** As the list called it that registered it. */
    title: Generated<string | null>;
    /** In the order of their bytes; null: none. */
    tags: Generated<string[] | null>;
    /** What its owner says of it. */
    client_metadata: JsonOr<Record<string, unknown>>;
    /** In its source: see catalogue/asset-segments.ts. */
    number: number;
    created_at: CreatedAt;
    updated_at: Date;
  };
  /** Which numbers of assets have bitmaps that hold, and what is known of them. */
  asset_segments: {
    workspace_id: string;
    source_id: string;
    segment: number;
    built: Generated<boolean>;
    first_key: string | null;
    last_key: string | null;
    /** Facets with too many values for bitmaps. */
    crowded: string[] | null;
  };
  asset_bitmaps: {
    workspace_id: string;
    source_id: string;
    name: string;
    value: string;
    segment: number;
    bits: string[];
  };
  /** What the assets in each range of a source's keys add up to: see catalogue/asset-chunks.ts. */
  asset_chunks: {
    workspace_id: string;
    source_id: string;
    first_key: string;
    present: number;
    gone: number;
    digest_a: number | null;
    digest_b: number | null;
  };
  operations: {
    workspace_id: string;
    id: string;
    kind: string;
    status: string;
    subject_type: string;
    subject_id: string;
    done: Generated<number>;
    total: number | null;
    unit: string;
    counts: JsonOrNull;
    /** Where the next worker goes on; written in the same transaction as the work it stands for. */
    checkpoint: JsonOrNull;
    error_count: Generated<number>;
    problem: JsonOrNull;
    /** What it was asked to do, beyond its kind and subject. */
    options: JsonOrNull;
    /** What it found, where that is more than counts. */
    report: JsonOrNull;
    attempts: Generated<number>;
    /** When a worker may take it up at the earliest, by the database's clock. */
    due_at: Generated<Date>;
    /** How often it has failed since it last got on. */
    failures: Generated<number>;
    created_at: CreatedAt;
    started_at: Date | null;
    finished_at: Date | null;
    updated_at: Date;
  };
  operation_errors: {
    workspace_id: string;
    operation_id: string;
    seq: number;
    item: string;
    code: string;
    message: string;
    fix: string | null;
    created_at: CreatedAt;
  };
  /** What a sync has to remember of keys until its listing is complete: see sync/key-marks.ts. */
  sync_marks: {
    workspace_id: string;
    operation_id: string;
    key_hash: string;
    missing_asset_id: string | null;
    /** The beginning of its key. */
    place: Generated<string>;
    seen: Generated<boolean>;
  };
  /** The pieces that a sync divides its listing into: see sync/sync-ranges.ts. */
  sync_ranges: {
    workspace_id: string;
    operation_id: string;
    id: number;
    prefix: string;
    from_key: string;
    to_key: string | null;
    settled: string;
    cursor: string | null;
    before: string;
    ordered: boolean;
    done: Generated<boolean>;
    owner: string | null;
    attempts: Generated<number>;
    listed: Generated<number>;
    added: Generated<number>;
    changed: Generated<number>;
    restored: Generated<number>;
    unchanged: Generated<number>;
    skipped: Generated<number>;
    samples: JsonOrNull;
  };
  /** URLs that open an object by themselves: see catalogue/registered-urls.ts. */
  registered_urls: {
    workspace_id: string;
    id: string;
    source_id: string;
    connection_id: string;
    container: string;
    key: string;
    url_sealed: Buffer;
    expires_at: Date | null;
  };
  /** What registrations keep until they end: see registration/parts.ts. */
  registration_parts: {
    workspace_id: string;
    id: string;
    registration_id: string;
    kind: string;
    seq: number;
    data_sealed: Buffer;
    created_at: Date;
  };
  datasets: {
    workspace_id: string;
    id: string;
    name: string;
    description: string;
    split_rule: JsonOrNull;
    /** 0: it has none. */
    latest_version: Generated<number>;
    removed_at: Generated<Date | null>;
    revision: Generated<number>;
    created_at: CreatedAt;
    updated_at: Date;
  };
  dataset_versions: {
    workspace_id: string;
    dataset_id: string;
    version: number;
    note: string;
    /** What was asked for. */
    selection: Json<object>;
    split_rule: JsonOrNull;
    members: number;
    /** Exact, however large: as text. */
    size_bytes: string;
    splits: Json<object>;
    added: number;
    changed: number;
    gone: number;
    operation_id: string;
    created_at: CreatedAt;
  };
  /** A row stands for a member in all versions from `from_version` on, before `until_version`: see curation. */
  dataset_members: {
    workspace_id: string;
    dataset_id: string;
    source_id: string;
    number: number;
    from_version: number;
    until_version: number | null;
    asset_id: string;
    connection_id: string;
    container: string;
    key: string;
    etag: string;
    size_bytes: number;
    content_type: string | null;
    last_modified: Date;
    split: string | null;
    facts: Json<object>;
  };
  /** What tells of changes in sources: see sync/changes. */
  feeds: {
    workspace_id: string;
    id: string;
    source_id: string;
    kind: string;
    secret_hash: Buffer | null;
    /** Where messages wait, in fields of the storage kind's own; null for a webhook. */
    address: JsonOrNull;
    received_count: Generated<number>;
    applied_count: Generated<number>;
    dropped_count: Generated<number>;
    last_event_at: Date | null;
    last_error: string | null;
    remedy: JsonOrNull;
    created_at: CreatedAt;
  };
  /** Changes that came and are not dealt with. */
  changes: {
    workspace_id: string;
    source_id: string;
    seq: Generated<number>;
    feed_id: string;
    key: string;
    kind: string;
    sequencer: string | null;
    object: JsonOrNull;
    received_at: CreatedAt;
    /** Looks that have failed. */
    attempts: Generated<number>;
    /** When to look again, and why the latest look failed; null until one has. */
    retry_at: Date | null;
    problem: string | null;
    remedy: JsonOrNull;
  };
  change_marks: {
    workspace_id: string;
    source_id: string;
    key_hash: string;
    sequencer: string;
    applied_at: Date;
  };
  /** Sign-ins of administrators that have begun: see connections/identity/requests. */
  sign_in_requests: {
    workspace_id: string;
    id: string;
    purpose: string;
    /** Of the browser's session cookie; null where it was begun with an API token. */
    session_hash: Buffer | null;
    connection_id: string | null;
    /** The storage kind whose sign-in it is. */
    provider: string;
    return_to: string;
    expires_at: Date;
    created_at: CreatedAt;
  };
  /** Answers to requests that carried an Idempotency-Key, for a day. */
  idempotent_answers: {
    workspace_id: string;
    key: string;
    request_hash: Buffer;
    status: number | null;
    body: JsonOrNull;
    created_at: CreatedAt;
  };
  /** When each task of the worker's schedule is due, for the whole installation. */
  schedule_tasks: { name: string; due_at: Date };
  connection_events: {
    workspace_id: string;
    connection_id: string;
    seq: Generated<number>;
    at: CreatedAt;
    kind: string;
    status: string;
    detail: string;
    by: string | null;
    /** Only one event of the connection has this, such as the threshold of an expiry. */
    once: string | null;
  };
  /** What was handed out and still works. */
  issued_urls: {
    workspace_id: string;
    connection_id: string;
    ends_at: Date;
    /** Of an object that is no asset: a hash of its key, which then stands below. */
    asset_id: string;
    key: string | null;
    /** Leads to Mooring, which can refuse it, rather than to the storage. */
    relayed: boolean;
  };
  /** Tools that assets are pushed to: see connectors. */
  connectors: {
    workspace_id: string;
    id: string;
    name: string;
    tool: string;
    url: string;
    project_id: number;
    project_title: string;
    /** The token of the tool, and that of the link: as JSON. */
    secrets_sealed: Buffer;
    filter: Json<object>;
    when_gone: string;
    every_seconds: number | null;
    link_id: string | null;
    /** Where the tool reaches this installation. */
    base_url: string;
    /** The tasks that were sent, where it is not known whether they arrived. */
    pending: Json<object> | null;
    last_push_at: Date | null;
    created_at: CreatedAt;
    updated_at: Date;
    revision: Generated<number>;
  };
  /** Which asset is which task. */
  connector_tasks: {
    workspace_id: string;
    connector_id: string;
    asset_id: string;
    task_id: number;
    data_hash: Buffer;
    is_gone: Generated<boolean>;
    annotations: Generated<number>;
  };
  webhooks: {
    workspace_id: string;
    id: string;
    url: string;
    events: string[];
    secret_sealed: Buffer;
    created_at: CreatedAt;
  };
  webhook_deliveries: {
    workspace_id: string;
    id: string;
    webhook_id: string;
    event: string;
    /** Exactly what is signed and sent. */
    body: string;
    status: string;
    attempts: Generated<number>;
    response_status: number | null;
    error: string | null;
    next_attempt_at: Date | null;
    created_at: CreatedAt;
    delivered_at: Date | null;
  };
}
