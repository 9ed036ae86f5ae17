import type { AssetFilter, Partly, TokenScope } from '@mooring/contract';
import type { Caller } from '../access/caller.ts';
import { requireAssets, requireFolder, withinPart } from '../catalogue/part.ts';
import { MooringError } from '../platform/problem.ts';
import type { Services } from './services.ts';

/** What a request names, as the contract has checked it. */
export interface Asked {
  params: { assetId?: string; folderId?: string };
  query: Partial<AssetFilter> & { parentId?: string };
  body: { assetIds?: readonly string[] } | undefined;
}

/**
 * Keeps a request to the part of the data that a token opens.
 * @returns the query to go by
 * @throws MooringError `not_found` for what lies outside, as for what is not there; `invalid_request` where a folder has
 * to be named
 */
export async function keepToPart(
  { db }: Pick<Services, 'db'>,
  { workspaceId, scope }: Pick<Caller, 'workspaceId'> & { scope: TokenScope },
  partly: Partly,
  { params, query, body }: Asked,
): Promise<object> {
  if (partly === 'filter') return withinPart(db, workspaceId, scope, query);
  if (partly === 'assets') {
    const assetIds = params.assetId === undefined ? (body?.assetIds ?? []) : [params.assetId];
    await requireAssets(db, workspaceId, scope, assetIds);
  }
  if (partly !== 'folders') return query;
  const named = params.folderId ?? query.parentId;
  if (named !== undefined) await requireFolder(db, workspaceId, scope, named);
  else if (scope.kind === 'folder') return { ...query, parentId: scope.folderId };
  else throw folderMissing();
  return query;
}

const folderMissing = (): MooringError =>
  new MooringError('invalid_request', 'This token opens one connection, so it cannot list the top folders.', {
    fix: 'Send parentId with a folder of the connection. Its assets name theirs in folderId.',
    fields: [{ path: 'parentId', message: 'is needed with this token' }],
  });
