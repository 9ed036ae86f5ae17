import { isFinished, type OperationError } from '@mooring/contract';
import { z } from 'zod';
import { MooringError, notFound } from '../../../platform/problem.ts';
import { type ClientInput, type ClientRoute, read } from '../client-route.ts';
import { heldUntilEnd } from '../hold.ts';
import { registerList } from '../register-list.ts';
import { datasetsOf } from './datasets.ts';

/** The client sends ten at a time, and waits for the answer. */
const MOST_ITEMS = 100;
const HOLD_SECONDS = 50;

const body = z.object({
  dataset_slug: z.string().max(300),
  storage_slug: z.string().max(300),
  items: z
    .array(z.looseObject({ name: z.string().max(300).default(''), path: z.string().max(2000).default('/') }))
    .min(1)
    .max(MOST_ITEMS),
});

/** Registers items that are in the storage, and answers once it is known what became of each. */
export const registrationRoutes: ClientRoute[] = ['register_existing', 'register_existing_readonly'].map(
  how => ({
    method: 'POST',
    path: `/api/v2/teams/:team/items/${how}`,
    action: 'sources.change',
    audit: 'registration.started',
    waits: true,
    answer: register,
  }),
);

async function register(input: ClientInput) {
  const { services, caller } = input;
  const { workspaceId } = caller;
  const asked = read(body, input.body);
  const folder = (await datasetsOf(input)).find(({ slug }) => slug === asked.dataset_slug);
  if (!folder) throw notFound('dataset', asked.dataset_slug);
  const { items: connections } = await services.connections.list(workspaceId, { limit: 1000 });
  const connection = connections.find(({ name }) => name === asked.storage_slug);
  if (!connection) throw notFound('storage', asked.storage_slug);
  const started = await registerList(input, folder, JSON.stringify(input.body), {
    connectionId: connection.id,
    ignoreErrors: true,
  });
  const { id, status, problem, kind, subject } = await heldUntilEnd(input, started.id, HOLD_SECONDS);
  if (!isFinished(status)) throw stillRuns(id);
  if (problem) throw new MooringError('invalid_request', problem.detail, { fix: problem.fix });
  const written = await services.registrations.written(workspaceId, { kind, subject }, MOST_ITEMS);
  const errors = await services.operations.listErrors(workspaceId, id, { limit: MOST_ITEMS });
  return {
    items: written.flatMap(({ assetId, item }) => {
      const sent = asked.items[indexOf(item)];
      return sent ? { id: assetId, name: sent.name, path: sent.path } : [];
    }),
    blocked_items: errors.items.map(error => {
      const sent = asked.items[indexOf(error.item)];
      return { name: sent?.name ?? error.item, path: sent?.path ?? '/', slots: [slotOf(error)] };
    }),
  };
}

/** Which of the items that were sent a message is about: it names `items[3]`. */
const indexOf = (item: string): number => Number(/\bitems\[(\d+)\]/.exec(item)?.[1] ?? -1);

const slotOf = ({ message, fix }: OperationError) => ({
  slot_name: '0',
  reason: fix === null ? message : `${message} ${fix}`,
});

const stillRuns = (operationId: string): MooringError =>
  new MooringError(
    'unavailable',
    `The registration goes on as ${operationId}; it takes longer than a request may.`,
    {
      fix: 'Send the request again. What is registered already is found again.',
      retryAfterSeconds: 10,
    },
  );
