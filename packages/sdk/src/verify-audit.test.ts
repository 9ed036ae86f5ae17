import { createHash } from 'node:crypto';
import { type Audit, type AuditEntry, auditText, NO_HASH } from '@mooring/contract';
import { expect, test } from 'vitest';
import { verifyAudit } from './verify-audit.ts';

const hashed = (entry: Omit<AuditEntry, 'hash'>): AuditEntry => ({
  ...entry,
  hash: createHash('sha256').update(auditText(entry)).digest('hex'),
});

/** A chain of so many entries. */
function chainOf(count: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let seq = 1; seq <= count; seq++) {
    entries.push(
      hashed({
        ...{ seq, at: '2026-11-22T10:00:00.000Z', action: 'token.created', outcome: 'done' },
        ...{ address: null, subjectId: `tok_${seq}`, assetIds: ['ast_1'], detail: { name: 'n', b: 1 } },
        caller: { via: 'session', id: 'mem_1', name: 'Ada', sessionId: null },
        previousHash: entries.at(-1)?.hash ?? NO_HASH,
      }),
    );
  }
  return entries;
}
const endOf = (entries: AuditEntry[], removed: Audit['removed'] = null): Audit => ({
  firstSeq: (removed?.seq ?? 0) + 1,
  lastSeq: entries.at(-1)?.seq ?? 0,
  lastHash: entries.at(-1)?.hash ?? NO_HASH,
  ...{ removed, recordsReads: false, keepDays: null, revision: 0 },
});
const faultOf = async (entries: AuditEntry[], chain?: Audit) =>
  (await verifyAudit(entries, chain ? { chain } : {})).fault;

test('an untouched chain is right, also with entries that come meanwhile', async () => {
  const entries = chainOf(5);
  expect(await verifyAudit(entries, { chain: endOf(entries) })).toEqual({
    entries: 5,
    last: { seq: 5, hash: entries[4]!.hash },
    fault: null,
  });
  expect(await faultOf(entries, endOf(entries.slice(0, 3)))).toBeNull();
  expect(await faultOf([], endOf([]))).toBeNull();
  expect(await faultOf(entries.slice(2))).toBeNull(); // a part of it, from a file
});

test('each field that was changed is found', async () => {
  const entries = chainOf(3);
  const changes: Partial<AuditEntry>[] = [
    { at: '2026-11-22T10:00:00.001Z' },
    { action: 'token.revoked' },
    { outcome: 'failed' },
    { address: '192.0.2.1' },
    { subjectId: null },
    { assetIds: [] },
    { assetIds: ['ast_1', 'ast_2'] },
    { detail: { name: 'm', b: 1 } },
    { detail: {} },
    { hash: NO_HASH },
    ...(['via', 'id', 'name', 'sessionId'] as const).map(name => ({
      caller: { ...entries[1]!.caller, [name]: 'x' } as AuditEntry['caller'],
    })),
  ];
  for (const change of changes) {
    const changed = entries.with(1, { ...entries[1]!, ...change });
    expect(await faultOf(changed, endOf(entries)), JSON.stringify(change)).toBe(
      'Entry 2 was changed: its hash is not right.',
    );
  }
  // With a hash that fits.
  const forged = entries.with(1, hashed({ ...entries[1]!, subjectId: 'tok_9' }));
  expect(await faultOf(forged, endOf(entries))).toMatch(/Entry 3 does not hold the hash of entry 2/);
  const last = entries.with(2, hashed({ ...entries[2]!, subjectId: 'tok_9' }));
  expect(await faultOf(last, endOf(entries))).toMatch(/Entry 3 is not the one that the chain ends with/);
});

test('entries that are missing are found, at both ends and in the middle', async () => {
  const entries = chainOf(6);
  const end = endOf(entries);
  expect(await faultOf(entries.toSpliced(1, 1), end)).toBe('Entry 2 is missing.');
  expect(await faultOf(entries.toSpliced(1, 3), end)).toBe('Entries 2 to 4 are missing.');
  expect(await faultOf(entries.slice(2), end)).toBe('Entries 1 to 2 are missing.');
  expect(await faultOf(entries.slice(0, 4), end)).toBe('Entries 5 to 6 are missing.');
  expect(await faultOf(entries.toReversed(), end)).toBe('Entries 1 to 5 are missing.');
  // The others counted anew.
  const anew = entries.toSpliced(1, 1).map((entry, index) => hashed({ ...entry, seq: index + 1 }));
  expect(await faultOf(anew, end)).toMatch(/Entry 2 does not hold the hash of entry 1/);
});

test('entries that went because of their age are none that are missing, if an entry says so', async () => {
  const entries = chainOf(4);
  const { hash } = entries[1]!;
  const pruned = hashed({
    ...entries[3]!,
    ...{ seq: 5, action: 'audit.pruned', previousHash: entries[3]!.hash },
    detail: { throughSeq: 2, throughHash: hash },
  });
  const kept = [...entries.slice(2), pruned];
  expect(await faultOf(kept, endOf(kept, { seq: 2, hash }))).toBeNull();
  expect(await faultOf(kept, endOf(kept, { seq: 2, hash: NO_HASH }))).toMatch(/Entry 3 does not hold/);
  const later = kept.slice(1);
  expect(await faultOf(later, endOf(later, { seq: 3, hash: entries[2]!.hash }))).toMatch(
    /The entries up to 3 are missing, and no entry says/,
  );
});

test('an entry that was noted proves that the whole chain was not written anew', async () => {
  const entries = chainOf(4);
  const anew: AuditEntry[] = [];
  for (const entry of entries)
    anew.push(hashed({ ...entry, address: '192.0.2.9', previousHash: anew.at(-1)?.hash ?? NO_HASH }));
  expect(await faultOf(anew, endOf(anew))).toBeNull();
  const noted = { seq: 3, hash: entries[2]!.hash };
  const verify = async (of: AuditEntry[]) => (await verifyAudit(of, { chain: endOf(of), noted })).fault;
  expect(await verify(entries)).toBeNull();
  expect(await verify(anew)).toMatch(/Entry 3 has another hash than the one that was noted/);
  expect(await verify(anew.slice(0, 2))).toBe('Entry 3, which was noted, is missing.');
});
