import {
  type AccessMode,
  isFinished,
  type Operation,
  type RegistrationOptions,
  type Source,
} from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Db } from '../catalogue/db.ts';
import type { Operations } from '../operations/operations.ts';
import { newId } from '../platform/ids.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { createParts, type Upload } from './parts.ts';
import { failedAreGone, type ListOptions } from './read-list.ts';
import { cannotRead } from './recheck-operation.ts';
import type { WrittenItem } from './written.ts';

const MEGABYTE = 1024 * 1024;

/** Lists of objects to register: how they come in, and how their operations begin. */
export function createRegistrations({
  db,
  secrets,
  clock,
  operations,
  mostMegabytes,
}: {
  db: Db;
  secrets: SecretBox;
  clock: Clock;
  operations: Operations;
  /** Of one list, as it is sent. */
  mostMegabytes: number;
}) {
  const parts = createParts({ db, secrets, clock });
  return {
    /**
     * Keeps a list until its operation ends.
     * @throws MooringError `payload_too_large`; `invalid_request` where it is empty; and what the body throws
     */
    receive: (workspaceId: string, body: AsyncIterable<Uint8Array>): Promise<Upload> =>
      parts.receive(
        workspaceId,
        newId('registration', clock.now().getTime()),
        body,
        mostMegabytes * MEGABYTE,
      ),

    /** Lets go of a list that is not registered after all. */
    forget: (workspaceId: string, { registrationId }: Upload): Promise<void> =>
      parts.forget(workspaceId, registrationId),

    /** Starts to register a list that was received. */
    start: (workspaceId: string, { registrationId }: Upload, options: ListOptions): Promise<Operation> =>
      operations.start(workspaceId, {
        kind: 'register',
        subject: { type: 'registration', id: registrationId },
        unit: 'items',
        options,
      }),

    /**
     * Starts to register the items that failed in a registration that has ended.
     * @throws MooringError `not_found`; `conflict` where nothing is kept that could be tried again
     */
    async retry(workspaceId: string, operationId: string): Promise<Operation> {
      const { kind, status, subject, report } = await operations.get(workspaceId, operationId);
      if (kind !== 'register') throw noRegistration();
      if (!isFinished(status)) throw notEnded();
      if (!report || report.retryable === 0) throw nothingToRetry();
      return db.transaction().execute(async trx => {
        if (!(await parts.renewFailed(trx, workspaceId, subject.id))) throw failedAreGone();
        const { options } = await trx
          .selectFrom('operations')
          .select('options')
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', operationId)
          .executeTakeFirstOrThrow();
        return operations.start(
          workspaceId,
          {
            kind: 'register',
            subject: { type: 'registration', id: newId('registration', clock.now().getTime()) },
            unit: 'items',
            options: { ...(options as RegistrationOptions), retryOf: subject.id } satisfies ListOptions,
          },
          trx,
        );
      });
    },

    /**
     * Starts to ask the storage again for each registered asset of a source.
     * @throws MooringError `conflict` where the source is synced, is being checked, or may not be read
     */
    async recheck(workspaceId: string, source: Source, accessMode: AccessMode): Promise<Operation> {
      if (source.registeredAs === null) throw isSynced(source.id);
      if (accessMode === 'client-only') throw cannotRead();
      const subject = { type: 'source', id: source.id } as const;
      return operations.start(workspaceId, { kind: 'recheck', subject, unit: 'assets' });
    },

    /**
     * The assets that came of the items of a registration, as far as it has written them; at most so many. Known for a
     * week, of those that were started with `listsWritten`.
     */
    async written(
      workspaceId: string,
      { subject, kind }: Pick<Operation, 'subject' | 'kind'>,
      most: number,
    ): Promise<WrittenItem[]> {
      if (kind !== 'register') return [];
      const items: WrittenItem[] = [];
      for await (const part of parts.readAll({ workspaceId, registrationId: subject.id }, 'written')) {
        items.push(...(JSON.parse(part.toString()) as WrittenItem[]));
        if (items.length >= most) break;
      }
      return items.slice(0, most);
    },

    prune: parts.prune,
  };
}
export type Registrations = ReturnType<typeof createRegistrations>;

const isSynced = (sourceId: string): MooringError =>
  new MooringError('conflict', `Source ${sourceId} is synced: a sync finds what has changed.`, {
    fix: `Sync it: POST /v1/sources/${sourceId}/sync, or mooring sync ${sourceId}.`,
  });
const noRegistration = (): MooringError =>
  new MooringError('conflict', 'Only a registration can be retried.', {
    fix: 'Start this kind of operation again instead.',
  });
const notEnded = (): MooringError =>
  new MooringError('conflict', 'The registration has not ended.', {
    fix: 'Wait until it has ended, or cancel it.',
  });
const nothingToRetry = (): MooringError =>
  new MooringError('conflict', 'The registration keeps no item that could be tried again.', {
    fix: 'Items are kept if the storage or a connection refused them, with ignoreErrors. Otherwise correct the list, and register it again.',
  });
