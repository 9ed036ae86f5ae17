import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import { systemClock as clock } from '@mooring/storage/server';
import { expect, test } from 'vitest';
import { STORAGE_KINDS } from '../../kinds.ts';
import { pureKinds } from '../../platform/kinds.ts';
import type { ConnectionRow } from '../rows/row.ts';
import { toConnection } from '../settings/shown.ts';
import { createProviderCache } from './provider-cache.ts';

const rowSealedAs = (text: string): ConnectionRow => ({
  workspace_id: 'ws',
  id: 'con',
  name: 'Photos',
  provider: 'azure',
  access_mode: 'server',
  location: {},
  place: '',
  credential: { kind: 'azure-app' },
  credential_sealed: Buffer.from(text),
  credential_version: text === 'first' ? 1 : 2,
  status: 'draft',
  status_reason: null,
  last_checked_at: null,
  next_check_at: null,
  failed_checks: 0,
  checked_origins: [],
  assets_kept: false,
  rendition_prefix: null,
  ownership_proven_at: null,
  ownership_proven_by: null,
  ownership_of: null,
  revision: 1,
  removed_at: null,
  created_at: new Date(),
  updated_at: new Date(),
  asset_count: 0,
  has_sources: false,
  has_worked: false,
  neighbours: [],
  first_url_ends_at: null,
});

test('what was being looked up while it changed is not kept', async () => {
  const answer = Promise.withResolvers<void>();
  const made: string[] = [];
  let row: ConnectionRow | undefined = rowSealedAs('first');
  const cache = createProviderCache({
    find: async () => {
      const read = row;
      await answer.promise;
      return read;
    },
    createProvider: ({ credential_sealed }) => {
      made.push(credential_sealed.toString());
      return createMemoryProvider({ storage: createMemoryStorage() });
    },
    show: read =>
      toConnection(read, {
        kinds: pureKinds(STORAGE_KINDS),
        tokens: () => ['mooring-none'],
        now: clock.now(),
      }),
  });

  const early = cache.open('ws', 'con');
  row = rowSealedAs('second');
  const forgotten = cache.forget('ws', 'con');
  answer.resolve();
  await Promise.all([early, forgotten]);
  await cache.open('ws', 'con');
  expect(made).toEqual(['first', 'second']);

  row = undefined;
  await cache.forget('ws', 'con');
  await expect(cache.open('ws', 'con')).rejects.toMatchObject({ code: 'not_found' });
});
