import type { Check, CheckId, ConnectionCreate } from '@mooring/contract';
import { MooringApiError } from '@mooring/sdk';
import type { Page } from 'playwright-core';
import type { Cause, Expected } from './cause.ts';
import { whatIsWrong } from './judge.ts';
import type { Place } from './place.ts';
import type { Rig } from './rig.ts';

/** What one side said of a cause. `wrong` says how that differs from what it has to; null where it named the layer. */
export interface Row {
  cause: string;
  check: CheckId;
  side: Check['side'];
  named: boolean;
  said: string;
  wrong: string | null;
}

/**
 * Runs a cause on a place of its own: connects, checks, and where browsers have a say looks with one.
 * @param open makes the place
 */
export async function runCause<P extends Place>(
  rig: Rig,
  cause: Cause<P>,
  open: () => Promise<P>,
  page: Page | null,
): Promise<Row[]> {
  const place = await open();
  try {
    await cause.breaks?.(place);
    const changes = (await cause.connect?.(place)) ?? {};
    return await look(rig, cause, place, { ...place.connection, ...changes }, page);
  } catch (error) {
    // One that cannot be set up holds up no other.
    const wrong = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return expectationsOf(cause).map(({ side, check }) => ({
      ...{ cause: cause.cause, check, side, named: false, said: '', wrong },
    }));
  } finally {
    await place.stop();
  }
}

/** What is expected of which side. A credential that is refused as it is typed would fail at the check of it. */
function expectationsOf({ refused, server, browser }: Expected): Pick<Row, 'side' | 'check'>[] {
  return [
    ...(refused ? [{ side: 'server' as const, check: 'credential' as const }] : []),
    ...(server ? [{ side: 'server' as const, check: server.check }] : []),
    ...(browser ? [{ side: 'browser' as const, check: browser.check }] : []),
  ];
}

async function look<P extends Place>(
  { mooring }: Rig,
  cause: Cause<P>,
  place: P,
  body: ConnectionCreate,
  page: Page | null,
): Promise<Row[]> {
  if (cause.refused) return [await refusal(mooring.client.call('createConnection', { body }), cause)];
  const connection = await mooring.client.call('createConnection', { body });
  const connectionId = connection.id;
  await cause.later?.(place, { connection, client: mooring.client });
  const params = { connectionId };
  const run = page
    ? await checkInBrowser(page, connectionId).then(() => mooring.client.call('getChecks', { params }))
    : await mooring.client.runChecks(connectionId);
  await mooring.client.call('deleteConnection', { params });
  return (['server', 'browser'] as const).flatMap(side => {
    const expected = cause[side];
    if (!expected) return [];
    const checks = run.checks.filter(check => check.side === side);
    const wrong = whatIsWrong(expected, checks) ?? strays(cause, run.checks);
    const said = checks.find(({ id }) => id === expected.check)?.observed ?? '';
    return [{ cause: cause.cause, check: expected.check, side, named: wrong === null, said, wrong }];
  });
}

/** What a side says that has nothing to say. */
function strays(cause: Expected, checks: readonly Check[]): string | null {
  const stray = checks.find(check => !cause[check.side] && check.status !== 'passed');
  return stray ? `${stray.id} (${stray.side}) ${stray.status}: ${stray.observed}` : null;
}

/** A credential that is refused as it is typed. */
async function refusal(creating: Promise<unknown>, { cause, refused }: Expected): Promise<Row> {
  const error = await creating.then(
    () => null,
    (reason: unknown) => reason,
  );
  const { code, says, fix } = refused!;
  const isNamed =
    error instanceof MooringApiError &&
    error.code === code &&
    error.message.includes(says) &&
    error.fix.includes(fix);
  const said =
    error instanceof MooringApiError ? `Refused: ${error.message}` : String(error ?? 'It was taken.');
  const wrong = isNamed ? null : said;
  return { cause, check: 'credential', side: 'server', named: isNamed, said, wrong };
}

/** Presses the button that a person would, and waits until both sides are through. */
export async function checkInBrowser(page: Page, connectionId: string): Promise<void> {
  await page.goto(`/connections/${connectionId}`);
  await page.getByRole('button', { name: 'Run checks' }).click();
  await page.getByRole('button', { name: 'Checking…' }).waitFor();
  await page.getByRole('button', { name: 'Run checks' }).waitFor();
}
