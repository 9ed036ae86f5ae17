import { expect, test } from 'vitest';
import { answer, mooring, SOURCE, startApi } from '../../testing.ts';

const FEED = {
  id: 'fed_00000000000000000000',
  sourceId: SOURCE.id,
  kind: 'event-grid',
  address: null,
  receivedCount: 120_003,
  appliedCount: 2,
  waitingCount: 1,
  droppedCount: 120_000,
  lastEventAt: null,
  lastError: 'The credential was refused.',
  unreadableCount: 0,
  unreadable: [],
  syncWanted: {
    since: '2026-11-22T11:00:00.000Z',
    reason: 'Too many events waited, so Mooring dropped them.',
  },
  repaired: null,
  createdAt: '2026-11-20T12:00:00.000Z',
};

const list = async (feed: object) => {
  const { url } = await startApi({
    [`GET /v1/sources/${SOURCE.id}`]: answer(SOURCE),
    [`GET /v1/sources/${SOURCE.id}/feeds`]: answer({ items: [feed] }),
  });
  return mooring(url, ['feed', 'list', SOURCE.id]);
};

test('feed list counts what was dropped, and says that a full sync follows', async () => {
  const { stdout, stderr } = await list(FEED);
  expect(stdout).toMatch(/DROPPED .*\n.* 120,000 .*The credential was refused\./);
  expect(stderr).toContain('Mooring dropped them. A full sync finds what changed');
});

test('feed list names the objects that cannot be looked at', async () => {
  const locked = {
    key: 'photos/locked.jpg',
    kind: 'object',
    problem: 'The credential may not read it. Grant the role.',
    attempts: 3,
    since: '2026-11-22T11:00:00.000Z',
    nextLookAt: '2099-11-22T12:10:00.000Z',
  };
  const { stderr } = await list({ ...FEED, unreadableCount: 2, unreadable: [locked] });
  expect(stderr).toContain('cannot look at 2 of the places');
  expect(stderr).toContain(
    'photos/locked.jpg: The credential may not read it. Grant the role. Next look: in ',
  );
  expect(stderr).toContain('and 1 more');
});
