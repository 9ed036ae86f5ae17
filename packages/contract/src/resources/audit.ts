import { z } from 'zod';
import { ID_PREFIXES, id, page, pageQuery, revision, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';

/** What is written down: the acts of people, tokens and the operator, and what they were given to read. */
export const AUDIT_ACTIONS = [
  'member.joined',
  'member.updated',
  'member.removed',
  'invitation.created',
  'invitation.revoked',
  'session.begun',
  'session.ended',
  'sign_in_link.created',
  'sign_in_link.revoked',
  'setup_link.created',
  'setup_link.revoked',
  'assets.exported',
  'link.created',
  'link.revoked',
  'token.created',
  'token.revoked',
  'ssh_key.created',
  'ssh_key.removed',
  'connection.created',
  'connection.updated',
  'connection.moved',
  'connection.credential_replaced',
  'connection.unlinked',
  'connection.removed',
  'connection.object_tested',
  'consent.begun',
  'ownership.proven',
  'source.created',
  'source.updated',
  'source.removed',
  'registration.started',
  'assets.tagged',
  'assets.described',
  'folder.updated',
  'dataset.created',
  'dataset.updated',
  'dataset.removed',
  'dataset.version_started',
  'connector.created',
  'connector.updated',
  'connector.removed',
  'connector.pushed',
  'feed.created',
  'feed.removed',
  'webhook.created',
  'webhook.removed',
  'workspace.updated',
  'installation.exported',
  'installation.imported',
  'audit.updated',
  'audit.pruned',
  'asset.signed',
  'asset.relayed',
  'asset.thumbnail',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The acts that read what an asset holds. They are written down where the workspace wants it. */
export const READ_ACTIONS = ['asset.signed', 'asset.relayed', 'asset.thumbnail'] as const;
export type ReadAction = (typeof READ_ACTIONS)[number];

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const auditCaller = z.object({
  via: z.enum(['session', 'token', 'link', 'relay', 'operator', 'server']).meta({
    description:
      'How they came. `link`: with a link that needs no sign-in; `relay`: with a relay address that was given to this caller; `operator`: a command on the machine of the installation',
  }),
  id: z.string().nullable().meta({ description: 'Id of the member, the token, the SSH key or the link' }),
  name: z.string().nullable(),
  sessionId: id('session').nullable(),
});
export type AuditCaller = z.infer<typeof auditCaller>;

/** One act. Each entry holds the hash of the one before it, so that none can be changed or left out unseen. */
export const auditEntry = z
  .object({
    seq: z.number().int().meta({ description: 'Counts from 1, without a gap' }),
    at: timestamp,
    action: z
      .string()
      .meta({ description: 'What was done, such as `token.created`', examples: AUDIT_ACTIONS }),
    outcome: z.enum(['done', 'failed', 'refused', 'unknown']).meta({
      description:
        '`refused`: the caller may not do this, and nothing was done; `unknown`: the server ended before it could say; the act may have been done',
    }),
    caller: auditCaller,
    address: z.string().nullable().meta({ description: 'Network address that the request came from' }),
    subjectId: z.string().nullable().meta({ description: 'What it was done to' }),
    assetIds: z.array(z.string()).meta({ description: 'The assets that were read' }),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    previousHash: hash.meta({ description: 'Of the entry before; zeros for the first' }),
    hash: hash.meta({ description: 'SHA-256 of all the other fields; see the guide' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;

/** What the first entry of a chain has in place of a hash before it. */
export const NO_HASH = '0'.repeat(64);

/** The text whose SHA-256, as hexadecimal digits, is the hash of an entry. */
export const auditText = (entry: Omit<AuditEntry, 'hash'>): string =>
  JSON.stringify([
    entry.previousHash,
    entry.seq,
    entry.at,
    entry.action,
    entry.outcome,
    entry.caller.via,
    entry.caller.id,
    entry.caller.name,
    entry.caller.sessionId,
    entry.address,
    entry.subjectId,
    entry.assetIds,
    Object.entries(entry.detail).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** The chain as a whole, and what the workspace has chosen. */
export const audit = z
  .object({
    firstSeq: z.number().int().meta({ description: 'Of the oldest entry that is kept' }),
    lastSeq: z.number().int().meta({ description: 'Of the newest; 0 where there is none' }),
    lastHash: hash.meta({ description: 'Note it elsewhere to prove later that nothing was changed' }),
    removed: z
      .object({ seq: z.number().int(), hash })
      .nullable()
      .meta({ description: 'The newest entry that was removed because of its age' }),
    recordsReads: z
      .boolean()
      .meta({ description: 'Whether each signing, relay and thumbnail is written down' }),
    keepDays: z.number().int().nullable().meta({ description: 'How long entries are kept; null: for ever' }),
    revision,
  })
  .meta({ id: 'Audit' });
export type Audit = z.infer<typeof audit>;

export const auditUpdate = z.strictObject({
  recordsReads: z.boolean().optional(),
  keepDays: z.number().int().min(1).max(36_500).nullable().optional(),
});
export type AuditUpdate = z.infer<typeof auditUpdate>;

export const auditQuery = pageQuery.extend({
  order: z.enum(['newest', 'oldest']).default('newest'),
  from: timestamp.optional().meta({ description: 'Not before' }),
  to: timestamp.optional().meta({ description: 'Before' }),
  callerId: z.string().max(100).optional().meta({ description: 'Id of a member, a token or a link' }),
  action: z.enum(AUDIT_ACTIONS).optional(),
  assetId: z.string().startsWith(`${ID_PREFIXES.asset}_`).max(100).optional(),
});
export type AuditFilter = Omit<z.input<typeof auditQuery>, 'cursor' | 'limit'>;

/** Who did, signed and read what. */
export const auditRoutes = {
  getAudit: defineRoute({
    method: 'GET',
    path: '/v1/audit',
    tag: 'audit',
    summary: 'The chain of the audit, and what the workspace has chosen',
    action: 'audit.see',
    status: 200,
    response: audit,
  }),
  updateAudit: defineRoute({
    method: 'PATCH',
    path: '/v1/audit',
    tag: 'audit',
    summary: 'Choose what is written down, and how long it is kept',
    description: 'Servers notice a change of `recordsReads` within five seconds.',
    action: 'audit.change',
    body: auditUpdate,
    status: 200,
    response: audit,
    audit: 'audit.updated',
  }),
  listAuditEntries: defineRoute({
    method: 'GET',
    path: '/v1/audit/entries',
    tag: 'audit',
    summary: 'Who did, signed and read what',
    action: 'audit.see',
    query: auditQuery,
    status: 200,
    response: page(auditEntry),
  }),
} as const;
