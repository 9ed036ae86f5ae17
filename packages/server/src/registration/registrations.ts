import type { Operation, RegistrationOptions } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Db } from '../catalogue/db.ts';
import type { Operations } from '../operations/operations.ts';
import { newId } from '../platform/ids.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { createParts, type Upload } from './parts.ts';

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
    start: (
      workspaceId: string,
      { registrationId }: Upload,
      options: RegistrationOptions,
    ): Promise<Operation> =>
      operations.start(workspaceId, {
        kind: 'register',
        subject: { type: 'registration', id: registrationId },
        unit: 'items',
        options,
      }),

    prune: parts.prune,
  };
}
export type Registrations = ReturnType<typeof createRegistrations>;
