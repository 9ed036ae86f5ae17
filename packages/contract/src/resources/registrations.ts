import { z } from 'zod';
import { id } from '../common.ts';
import { defineRoute } from '../route.ts';
import { type Operation, operation } from './operations.ts';

const flag = z.stringbool().default(false);
const column = z.string().min(1).max(1000).optional();

export const registrationQuery = z
  .strictObject({
    folder: z.string().trim().min(1).max(200).default('Registered').meta({
      description: 'The top folder that the assets appear in; it is made where there is none',
    }),
    connectionId: id('connection').optional().meta({
      description: 'The connection to take where several fit, and for what fits none by its address',
    }),
    ignoreErrors: flag.meta({
      description: 'Register what can be, and list the rest; default: all items, or none',
    }),
    skipDuplicateUrls: flag.meta({
      description: 'Leave objects as they are that the folder has already; default: bring them up to date',
    }),
    upsertMetadata: flag.meta({
      description: 'With skipDuplicateUrls: still write the client metadata of such objects',
    }),
    base: z.string().trim().min(1).max(1100).optional().meta({
      description:
        'The container, or the container and a folder, in which names are that are no URL; default: they begin with it',
    }),
    dryRun: flag.meta({ description: 'Resolve and check everything, and write no asset' }),
    addressColumn: column.meta({
      description:
        'Of a table: the heading of the column that holds the URLs or paths; default: the headings say it',
    }),
    titleColumn: column.meta({ description: 'With addressColumn: the column with the titles' }),
    kindColumn: column.meta({ description: 'With addressColumn: the column with the kinds of assets' }),
  })
  .refine(
    ({ addressColumn, titleColumn, kindColumn }) =>
      addressColumn !== undefined || (titleColumn ?? kindColumn) === undefined,
    { path: ['addressColumn'], message: 'Name the column with the addresses too.' },
  );
export type RegistrationQuery = z.input<typeof registrationQuery>;
export type RegistrationOptions = z.output<typeof registrationQuery>;

/** What became of the items of a registration, at any time. */
export function registrationCountsOf({ total, status, counts }: Extract<Operation, { kind: 'register' }>): {
  pending: number;
  done: number;
  error: number;
  cancelled: number;
} {
  const { done = 0, error = 0 } = counts ?? {};
  const left = Math.max(0, (total ?? 0) - done - error);
  const hasEnded = status === 'cancelled' || status === 'failed';
  return { pending: hasEnded ? 0 : left, done, error, cancelled: hasEnded ? left : 0 };
}

/** Assets that come from a list rather than from a sync. */
export const registrationRoutes = {
  createRegistration: defineRoute({
    method: 'POST',
    path: '/v1/registrations',
    tag: 'registrations',
    summary: 'Register the objects that a list names',
    description:
      'The body is the list, in any format that Mooring reads. Its items are resolved to connections, checked, and written. The errors of the operation name the items that cannot be registered.',
    action: 'sources.change',
    query: registrationQuery,
    upload: 'The list: JSON, JSON lines, CSV, Parquet or one URL a line; plain or compressed with gzip',
    status: 202,
    response: operation,
    audit: 'registration.started',
  }),
  recheckSource: defineRoute({
    method: 'POST',
    path: '/v1/sources/:sourceId/recheck',
    tag: 'registrations',
    summary: 'Ask the storage again for each registered asset of a source',
    description:
      'What has changed is brought up to date. An asset whose object is not there becomes a tombstone, and comes back with it. An asset whose URL has ended stays as it is, and is an error. A source that is synced is refused, and one of a client-only connection.',
    action: 'sources.change',
    params: z.object({ sourceId: id('source') }),
    status: 202,
    response: operation,
  }),
  retryRegistration: defineRoute({
    method: 'POST',
    path: '/v1/operations/:operationId/retry',
    tag: 'registrations',
    summary: 'Register only the items again that failed',
    description:
      'Of a registration with `ignoreErrors` that has ended: with its options, in a new operation. Items that cannot be read are not among them: correct the list, and register it again.',
    action: 'sources.change',
    params: z.object({ operationId: id('operation') }),
    status: 202,
    response: operation,
    audit: 'registration.started',
  }),
} as const;
