import type { Operation } from '@mooring/contract';
import type { ClientFolder } from '../../catalogue/client-folders.ts';
import type { ClientInput } from './client-route.ts';

/** Registers a list as the client wrote it into one of its folders. */
export async function registerList(
  input: ClientInput,
  folder: ClientFolder,
  list: string,
  { connectionId, ignoreErrors }: { connectionId: string | undefined; ignoreErrors: boolean },
): Promise<Operation> {
  const { services, caller } = input;
  const body = async function* () {
    yield Buffer.from(list);
  };
  const upload = await services.registrations.receive(caller.workspaceId, body());
  const options = {
    ...{ folder: folder.registeredAs, connectionId, ignoreErrors, listsWritten: true },
    ...{ skipDuplicateUrls: false, upsertMetadata: false, dryRun: false },
  };
  return input.act('registration.started', () =>
    services.registrations.start(caller.workspaceId, upload, options),
  );
}
