import { may } from '@mooring/contract';
import { z } from 'zod';
import type { Caller } from '../../../access/caller.ts';
import type { ClientFolder } from '../../../catalogue/client-folders.ts';
import { type ClientInput, type ClientRoute, read } from '../client-route.ts';
import { description, name } from './fields.ts';
import { toUuid } from './uuid.ts';

const create = z.object({ title: name, description: description.nullish() });
const listed = z.object({
  titleEq: z.string().max(300).optional(),
  titleLike: z.string().max(300).optional(),
});
/** One answer holds them all. */
const MOST_DATASETS = 10_000;

/** A data set is a folder that a client has made: it has the same UUID as the folder behind it. */
export const datasetRoutes: ClientRoute[] = [
  {
    method: 'POST',
    path: '/v2/public/datasets',
    action: 'sources.change',
    answer: async ({ services, caller, body }) => {
      const { title, description } = read(create, body);
      const made = await services.catalogue.createClientFolder(
        caller.workspaceId,
        { name: title, description: description ?? '' },
        caller.name,
      );
      return { datasetUuid: toUuid(made.id), backingFolderUuid: toUuid(made.id) };
    },
  },
  {
    method: 'GET',
    path: '/v2/public/datasets/list',
    action: 'assets.see',
    answer: async input => {
      const { titleEq, titleLike } = read(listed, input.query);
      const made = await allOf(input);
      const shown = made.filter(
        ({ name }) =>
          (titleEq === undefined || name === titleEq) && (titleLike === undefined || isLike(name, titleLike)),
      );
      return { result: shown.map(each => datasetShape(input.caller, each)) };
    },
  },
];

const allOf = ({ services, caller }: ClientInput): Promise<ClientFolder[]> =>
  services.catalogue.listClientFolders(caller.workspaceId, { limit: MOST_DATASETS });

const datasetShape = (caller: Caller, { id, name, description, createdAt, updatedAt }: ClientFolder) => ({
  datasetUuid: toUuid(id),
  ...{ title: name, description },
  createdAt: createdAt.toISOString(),
  lastEditedAt: updatedAt.toISOString(),
  userRole: may(caller, 'sources.change') ? 'admin' : 'user',
  storageLocation: null,
  backingFolderUuid: toUuid(id),
});

/** As SQL’s ILIKE with `%` alone. The parts are looked for from left to right, so the cost stays small. */
function isLike(text: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('%');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  const lower = text.toLowerCase();
  if (parts.length === 1) return lower === first;
  if (!lower.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = lower.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return lower.length - last.length >= at && lower.endsWith(last);
}
