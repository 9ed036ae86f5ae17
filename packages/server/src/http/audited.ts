import type { AssetEdit, AuditAction, AuditCaller, AuditEntry, Route } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.ts';
import type { Act } from '../audit/acts.ts';
import type { AuditLog } from '../audit/audit.ts';
import type { By } from '../audit/entry.ts';
import { MooringError } from '../platform/problem.ts';

/** Who sent a request, as the audit names them. */
export const byCaller = (caller: Caller, request: FastifyRequest): By => ({
  caller: auditCaller(caller),
  address: request.ip,
});

/** What is known of an act that is refused before its body is read. */
export const refusedAct = (action: AuditAction, caller: Caller, request: FastifyRequest): Act => ({
  action,
  ...byCaller(caller, request),
  subjectId: lastOf(request.params),
  detail: {},
});

/** The last id of a path. */
const lastOf = (params: unknown): string | null =>
  (Object.values(params as object) as string[]).at(-1) ?? null;

const auditCaller = ({ via, id, name, sessionId }: Caller): AuditCaller => ({ via, id, name, sessionId });

/** What of an answer the audit keeps: names and places, and nothing that opens anything. */
const KEPT = [
  'name',
  'email',
  'role',
  'readOnly',
  'kind',
  'provider',
  'container',
  'prefix',
  'key',
  'expiresAt',
  'recordsReads',
  'keepDays',
  'changed',
  'maxAssets',
  'maxSigningSeconds',
];

interface Asked {
  caller: Caller | null;
  /** As the contract has checked them. */
  params: unknown;
  body: unknown;
  request: FastifyRequest;
}

/**
 * Does what a route asks for and writes it into the audit, where the route says how. What a caller may do and asks for
 * wrongly changes nothing, and is not written down. An act that fails half-way is.
 */
export async function audited<T>(
  audit: AuditLog,
  { audit: action, method, status }: Pick<Route, 'audit' | 'method' | 'status'>,
  { caller, params, body, request }: Asked,
  act: () => Promise<T>,
): Promise<T> {
  if (action === undefined || caller === null) return act();
  const before = {
    subjectId: lastOf(params) ?? (action === 'session.ended' ? caller.sessionId : null),
    detail: method === 'PATCH' ? { changed: Object.keys(body as object).join(', ') } : editDetail(body),
  };
  const begun = await audit.begin(caller.workspaceId, { action, ...byCaller(caller, request), ...before });
  let answer: T;
  try {
    answer = await act();
  } catch (error) {
    // Where even this fails, the note stays, and becomes an entry whose outcome is unknown.
    await (isRefusal(error) ? begun.refused() : begun.ended('failed')).catch(() => {});
    throw error;
  }
  const answered = (answer ?? {}) as Record<string, unknown>;
  const isNew = status === 201 || before.subjectId === null;
  await begun.ended('done', {
    subjectId: isNew && typeof answered.id === 'string' ? answered.id : before.subjectId,
    detail: { ...before.detail, ...kept(action, answered) },
  });
  return answer;
}

/** What an edit of assets asks for; nothing of other bodies. Metadata is named by its keys only. */
function editDetail(body: unknown): AuditEntry['detail'] {
  const { assetIds, filter, tags, metadata } = (body ?? {}) as Partial<AssetEdit> & { assetIds?: string[] };
  if (!tags && !metadata) return {};
  const asked = {
    filter: filter && JSON.stringify(filter),
    assets: assetIds?.length,
    added: tags?.add.join(', '),
    removed: tags?.remove.join(', '),
    metadata: metadata && Object.keys(metadata).join(', '),
  };
  const said = Object.entries(asked).flatMap(([name, value]): [string, string | number][] =>
    value === undefined || value === ''
      ? []
      : [[name, typeof value === 'string' ? value.slice(0, MOST_DETAIL) : value]],
  );
  return Object.fromEntries(said);
}

const MOST_DETAIL = 1000;

const isRefusal = (error: unknown): boolean =>
  error instanceof ProviderError || (error instanceof MooringError && error.status < 500);

function kept(action: AuditAction, answer: Record<string, unknown>): AuditEntry['detail'] {
  const { url } = answer;
  const facts = KEPT.flatMap((name): [string, string | number | boolean | null][] => {
    const value = answer[name];
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isPlain || value === null ? [[name, value]] : [];
  });
  const opens =
    action === 'token.created' && answer.scope ? Object.entries(answer.scope as Record<string, string>) : [];
  // What stands behind the host can be a secret of the receiver.
  const host: [string, string][] =
    action === 'webhook.created' && typeof url === 'string' ? [['host', new URL(url).host]] : [];
  const part = opens.filter(([name]) => name !== 'kind');
  return Object.fromEntries([...facts, ...host, ...part]);
}
