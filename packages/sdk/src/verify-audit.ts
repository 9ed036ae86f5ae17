import { type Audit, type AuditEntry, auditText, NO_HASH } from '@mooring/contract';

/** An entry of the audit, and what its hash has to be. */
export interface NotedEntry {
  seq: number;
  hash: string;
}

export interface AuditVerdict {
  /** How many entries were verified. */
  entries: number;
  /** The last of them; null where there is none. Note it elsewhere: later it proves that nothing before it was changed. */
  last: NotedEntry | null;
  /** The first thing that is wrong, in a sentence; null where nothing is. */
  fault: string | null;
}

/**
 * Verifies entries of the audit: that each has the hash of what it says, and that each holds the hash of the one before.
 * It trusts nothing that the server says of itself, so it can also be given a file that was exported.
 * @param entries the oldest first, without a filter
 * @param against.chain what the server says of the whole chain; without it the entries may begin and end anywhere
 * @param against.noted an entry that was noted earlier
 */
export async function verifyAudit(
  entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>,
  { chain, noted }: { chain?: Audit; noted?: NotedEntry } = {},
): Promise<AuditVerdict> {
  const start = chain && { seq: chain.removed?.seq ?? 0, hash: chain.removed?.hash ?? NO_HASH };
  let before: NotedEntry | undefined = start;
  let count = 0;
  let removed: AuditEntry['detail'] | undefined;
  let isNotedSeen = noted !== undefined && noted.seq === start?.seq && noted.hash === start.hash;
  const verdict = (fault: string | null): AuditVerdict => ({
    entries: count,
    last: count === 0 || !before ? null : { seq: before.seq, hash: before.hash },
    fault,
  });

  for await (const entry of entries) {
    if (chain && entry.seq > chain.lastSeq) break; // it came meanwhile
    const fault = (await wrongWith(entry, before)) ?? wrongWithNote(entry, noted);
    if (fault) return verdict(fault);
    isNotedSeen ||= noted?.seq === entry.seq;
    if (entry.action === 'audit.pruned') removed = entry.detail;
    before = entry;
    count++;
  }
  const last = before?.seq ?? 0;
  if (noted && !isNotedSeen && noted.seq > (start?.seq ?? 0))
    return verdict(`Entry ${noted.seq}, which was noted, is missing.`);
  if (!chain) return verdict(null);
  if (last !== chain.lastSeq) return verdict(missing(last + 1, chain.lastSeq));
  if (before!.hash !== chain.lastHash)
    return verdict(`Entry ${last} is not the one that the chain ends with: it was changed.`);
  if (chain.removed && (removed?.throughSeq !== start!.seq || removed.throughHash !== start!.hash))
    return verdict(
      `The entries up to ${start!.seq} are missing, and no entry says that they were removed because of their age.`,
    );
  return verdict(null);
}

async function wrongWith(entry: AuditEntry, before: NotedEntry | undefined): Promise<string | null> {
  const { seq } = entry;
  if ((await sha256(auditText(entry))) !== entry.hash)
    return `Entry ${seq} was changed: its hash is not right.`;
  if (!before) return null;
  if (seq <= before.seq) return `Entry ${seq} stands after entry ${before.seq}.`;
  if (seq > before.seq + 1) return missing(before.seq + 1, seq - 1);
  if (entry.previousHash !== before.hash)
    return before.seq === 0
      ? `Entry ${seq} is not the first of its chain.`
      : `Entry ${seq} does not hold the hash of entry ${before.seq}: one of the two was changed.`;
  return null;
}

const wrongWithNote = ({ seq, hash }: AuditEntry, noted: NotedEntry | undefined): string | null =>
  noted?.seq === seq && noted.hash !== hash
    ? `Entry ${seq} has another hash than the one that was noted: it was changed, or one before it.`
    : null;

const missing = (from: number, to: number): string =>
  from === to ? `Entry ${from} is missing.` : `Entries ${from} to ${to} are missing.`;

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
}
