import type { ArchiveState } from '@mooring/contract';

/** One place to look at, as an event of a storage says. */
export interface Change {
  container: string;
  /** Of the object; of the directory, without a slash at its end. */
  key: string;
  kind: 'object' | 'directory';
  /** Grows with each event of one key, compared as text; null where the event has none. */
  sequencer: string | null;
  /** What the event itself says that is there now: for a connection that must not look. */
  object: EventObject | null;
}

/** `gone`: there is nothing any more. */
export type EventObject =
  | { gone: true }
  | {
      gone: false;
      etag: string;
      sizeBytes: number;
      contentType: string | null;
      tier: string | null;
      archiveState: ArchiveState;
      at: string;
    };

export interface ParsedEvents {
  changes: Change[];
  /** Events of other kinds: a storage tells more than Mooring needs to know. */
  ignored: number;
  /** What is no event at all. */
  malformed: number;
}

/** Reads what a service says of changes. */
export interface EventReader {
  /** Content types in which it posts JSON, beside `application/json`. */
  readonly mediaTypes: readonly string[];
  /** The changes in a body or a message: one event or many. Nothing in it makes this throw. */
  parse(body: unknown): ParsedEvents;
  /**
   * The answer to a handshake, by which the service makes sure that it may post here; null where it is none.
   * `refused`: a handshake that cannot be answered, and why.
   */
  handshake(request: {
    method: string;
    headers: Readonly<Record<string, string | string[] | undefined>>;
    body: unknown;
  }): { headers: Record<string, string>; body: unknown } | { refused: string; fix: string } | null;
}
