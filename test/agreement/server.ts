import { type ConnectionCreate, MooringError, routes } from '@mooring/contract';
import { createGuard } from '@mooring/storage/server';
import { readLocation } from '../../packages/server/src/connections/settings/location.ts';
import { sealCredential } from '../../packages/server/src/connections/settings/sealed-credential.ts';
import { withKind } from '../../packages/server/src/http/kind-body.ts';
import { check } from '../../packages/server/src/http/validate.ts';
import { KIND_SETTINGS } from '../../packages/server/src/kind-settings.ts';
import { STORAGE_KINDS } from '../../packages/server/src/kinds.ts';
import { openKinds } from '../../packages/server/src/platform/kinds.ts';
import { createSecretBox } from '../../packages/server/src/platform/secrets.ts';
import { NOW, type Typed, type Verdict } from './verdict.ts';

const clock = { now: () => NOW };
/** What the operator has not set. */
const UNSET = Object.fromEntries(
  Object.entries(KIND_SETTINGS).map(([name, { fallback }]) => [name, fallback({})]),
);
const TYPED = { workspaceId: 'ws_typed', connectionId: 'con_typed' };

/**
 * What `POST /v1/connections` says, up to where it would write to the database. Its installation offers every way.
 * @param settings of the storage kind that is asked; the others have none
 */
export async function openServer(settings: Record<string, unknown>) {
  // Which addresses may be reached is the operator's choice, which the form and the command line do not know.
  const guard = { ...createGuard({ allowPrivate: true }), checkLiteral: () => null };
  const kinds = await openKinds(STORAGE_KINDS, {
    ...{ config: { ...UNSET, ...settings }, guard, signInGuard: guard, clock },
    note: () => {},
  });
  const secrets = createSecretBox({ keys: [{ id: Buffer.alloc(4), bytes: Buffer.alloc(32) }] });

  function create(provider: string, { location, credential }: Typed): void {
    const kind = kinds.get(provider);
    const body = withKind(routes.createConnection.body, kind);
    const input = check(body, { name: 'Typed', provider, location, credential }) as ConnectionCreate;
    const place = { accessMode: 'server' as const, location: readLocation(kind, input.location, guard) };
    sealCredential({ secrets, guard, kinds, clock }, kind, TYPED, input.credential, place);
  }

  return {
    judge(provider: string, typed: Typed): Verdict {
      try {
        create(provider, typed);
        return 'accepted';
      } catch (error) {
        if (!(error instanceof MooringError) || !error.fields?.[0]) throw error;
        return error.fields[0].path as Verdict;
      }
    },
    close: () => guard.close(),
  };
}
