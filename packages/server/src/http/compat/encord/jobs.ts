import {
  type Operation,
  type OperationError,
  type OperationOf,
  registrationCountsOf,
} from '@mooring/contract';
import { z } from 'zod';
import { notFound } from '../../../platform/problem.ts';
import { type ClientInput, type ClientRoute, read } from '../client-route.ts';
import { heldUntilEnd } from '../hold.ts';
import { registerList } from '../register-list.ts';
import { flag, timeoutSeconds, uuid } from './fields.ts';
import { findMadeFolder } from './find-folder.ts';
import { fromUuid, toUuid } from './uuid.ts';

/** Of a list that a client sends in one request. Longer ones are for POST /v1/registrations, which streams. */
const LIST_BYTES = 16 * 1024 * 1024;
/** So many names and errors a job says at most. */
const MOST_NAMES = 10_000;
const MOST_ERRORS = 1000;
/** Of errors that are repeated where the client prints why the whole job failed. */
const MOST_SHOWN = 20;

const started = z.object({
  integrationHash: uuid.nullish(),
  ignoreErrors: flag,
  externalFiles: z.unknown().optional(),
  dataItems: z.unknown().optional(),
});

/** Upload jobs are registrations. */
export const jobRoutes = (textOf: (input: ClientInput) => string): ClientRoute[] => [
  {
    method: 'POST',
    path: '/v2/public/storage/folders/:folder/data-upload-jobs',
    action: 'sources.change',
    audit: 'registration.started',
    bodyLimit: LIST_BYTES,
    answer: async input => {
      const folder = await findMadeFolder(input, input.params.folder!);
      const { integrationHash, ignoreErrors } = read(started, input.body);
      const connectionId = integrationHash
        ? fromUuid('connection', integrationHash, 'integration')
        : undefined;
      return toUuid((await registerList(input, folder, textOf(input), { connectionId, ignoreErrors })).id);
    },
  },
  {
    method: 'GET',
    path: '/v2/public/storage/folders/:folder/data-upload-jobs/:job',
    action: 'operations.see',
    waits: true,
    answer: async input => {
      const { timeoutSeconds: seconds } = read(z.object({ timeoutSeconds }), input.query);
      const job = await findJob(input, input.params.job!);
      return jobShape(input, await heldUntilEnd(input, job.id, seconds));
    },
  },
  {
    method: 'POST',
    path: '/v2/public/storage/folders/:folder/data-upload-jobs/:job/cancel',
    action: 'operations.control',
    answer: async input => {
      const { id } = await findJob(input, input.params.job!);
      await input.services.operations.cancel(input.caller.workspaceId, id);
      const ended = await heldUntilEnd(input, id, 30);
      return { unitsCancelledCount: isRegistration(ended) ? registrationCountsOf(ended).cancelled : 0 };
    },
  },
];

/** @throws MooringError `not_found` where it is no registration */
export async function findJob(
  { services, caller }: Pick<ClientInput, 'services' | 'caller'>,
  jobUuid: string,
): Promise<OperationOf<'register'>> {
  const id = fromUuid('operation', jobUuid, 'job');
  const job = await services.operations.get(caller.workspaceId, id);
  if (!isRegistration(job)) throw notFound('job', jobUuid);
  return job;
}

const isRegistration = (operation: Operation): operation is OperationOf<'register'> =>
  operation.kind === 'register';

const STATUS: Record<Operation['status'], string> = {
  ...{ queued: 'PENDING', running: 'PENDING', paused: 'PENDING', cancelling: 'PENDING' },
  ...{ succeeded: 'DONE', failed: 'ERROR', cancelled: 'CANCELLED' },
};

/** What became of a job. Addresses in it have no query, because that can hold a signature. */
export async function jobShape({ services, caller }: ClientInput, operation: Operation) {
  if (!isRegistration(operation)) throw notFound('job', operation.id);
  const { workspaceId } = caller;
  const counts = registrationCountsOf(operation);
  const written =
    operation.status === 'succeeded'
      ? await services.registrations.written(workspaceId, operation, MOST_NAMES)
      : [];
  const { items: errors } = await services.operations.listErrors(workspaceId, operation.id, {
    limit: MOST_ERRORS,
  });
  return {
    status: STATUS[operation.status],
    itemsWithNames: written.map(({ assetId, name }) => ({ itemUuid: toUuid(assetId), name })),
    errors: operation.problem ? [wordsOf(operation.problem), ...errors.slice(0, MOST_SHOWN).map(shown)] : [],
    unitsPendingCount: counts.pending,
    unitsDoneCount: counts.done,
    unitsErrorCount: counts.error,
    unitsCancelledCount: counts.cancelled,
    unitErrors: errors.map(({ item, message, fix }) => ({
      objectUrls: [item.includes(': ') ? item.slice(item.indexOf(': ') + 2) : item],
      error: wordsOf({ detail: message, fix }),
      subtaskUuid: toUuid(operation.id),
      actionDescription: `Registering ${item.split(': ', 1)[0]}`,
    })),
  };
}

const wordsOf = ({ detail, fix }: { detail: string; fix: string | null }): string =>
  fix === null ? detail : `${detail} ${fix}`;

const shown = ({ item, message, fix }: OperationError): string =>
  `${item}: ${wordsOf({ detail: message, fix })}`;
