import { CHECKS, type CheckId } from '@mooring/contract';
import { describe, expect, test } from 'vitest';
import type { CheckContext, CheckOutcome, Provider } from '../server/provider.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

export type PlainOutcomes = Partial<Record<CheckId, CheckOutcome>>;

/** Runs checks one after another; one whose dependencies failed is left out. */
export async function runChecks(
  provider: Provider,
  place: Pick<CheckContext, 'container'> & Partial<CheckContext>,
): Promise<PlainOutcomes> {
  const context: CheckContext = {
    prefix: '',
    origins: [],
    now: () => new Date(),
    signal: AbortSignal.timeout(30_000),
    ...place,
  };
  const outcomes: PlainOutcomes = {};
  const stopped = new Set<CheckId>();
  for (const check of provider.checks) {
    if (check.dependsOn.some(id => stopped.has(id))) stopped.add(check.id);
    else {
      const outcome = await check.run(context);
      outcomes[check.id] = outcome;
      if (outcome.status === 'failed') stopped.add(check.id);
    }
  }
  return outcomes;
}

export function describeChecks(get: () => ProviderUnderTest): void {
  describe('checks', () => {
    test('are in the order of the contract, each after what it depends on', () => {
      const ids = get().provider.checks.map(({ id }) => id);
      expect(ids).toEqual((Object.keys(CHECKS) as CheckId[]).filter(id => ids.includes(id)));
      for (const { id, dependsOn } of get().provider.checks) {
        for (const needed of dependsOn.filter(other => ids.includes(other))) {
          expect(ids.indexOf(needed)).toBeLessThan(ids.indexOf(id));
        }
      }
    });

    test('pass where nothing is wrong, and say what they saw', async () => {
      const { provider, container, put, now } = get();
      await put('checks/a.txt', 'x'.repeat(500));
      const outcomes = await runChecks(provider, { container, prefix: 'checks/', now, origins: [ORIGIN] });
      const statuses = Object.entries(outcomes).map(([id, { status }]) => [id, status]);
      expect(statuses).toEqual(provider.checks.map(({ id }) => [id, 'passed']));
      for (const { observed, expected } of Object.values(outcomes)) {
        expect(observed).toMatch(/\w.*[.]$/s);
        expect(expected).toMatch(/\w.*[.]$/s);
      }
    });

    test('fail with a sentence and a fix where the container is missing', async () => {
      const { provider, now } = get();
      const { list, head } = await runChecks(provider, { container: 'no-such-container', now });
      expect(list).toMatchObject({
        status: 'failed',
        observed: expect.stringContaining('no-such-container'),
        fix: { why: expect.stringMatching(/./), steps: expect.arrayContaining([expect.any(String)]) },
      });
      expect(head).toBeUndefined();
    });

    test('warn where there is nothing to read', async () => {
      const { provider, container, emptyContainer, now } = get();
      const empty = await runChecks(provider, { container: emptyContainer, now });
      expect(empty.survey).toMatchObject({
        status: 'warning',
        observed: expect.stringContaining('is empty'),
      });
      expect(empty.list?.status).toBe('passed');
      expect(empty.head?.status).toBe('skipped');
      const noKeys = await runChecks(provider, { container, prefix: 'no such prefix/', now });
      expect(noKeys.survey).toMatchObject({
        status: 'warning',
        observed: expect.stringContaining('no such prefix/'),
      });
    });
  });
}

/** The origin that storages under test must allow. */
export const ORIGIN = 'https://mooring.example';
