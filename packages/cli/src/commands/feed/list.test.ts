import { expect, test } from 'vitest';
import { answer, mooring, SOURCE, startApi } from '../../testing.ts';

test('feed list counts what was dropped, and says that a full sync follows', async () => {
  const feed = {
    id: 'fed_00000000000000000000',
    sourceId: SOURCE.id,
    kind: 'event-grid',
    queueUrl: null,
    receivedCount: 120_003,
    appliedCount: 2,
    waitingCount: 1,
    droppedCount: 120_000,
    lastEventAt: null,
    lastError: 'The credential was refused.',
    syncWanted: { since: '2026-11-22T11:00:00.000Z', reason: 'So many events waited that they were let go.' },
    repaired: null,
    createdAt: '2026-11-20T12:00:00.000Z',
  };
  const { url } = await startApi({ [`GET /v1/sources/${SOURCE.id}/feeds`]: answer({ items: [feed] }) });
  const { stdout, stderr } = await mooring(url, ['feed', 'list', SOURCE.id]);
  expect(stdout).toMatch(/DROPPED .*\n.* 120,000 .*The credential was refused\./);
  expect(stderr).toContain('they were let go. A full sync finds what changed');
});
