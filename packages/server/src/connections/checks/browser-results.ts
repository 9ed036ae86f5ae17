import type { BrowserResults, Check, CheckRun, Connection } from '@mooring/contract';
import { type BrowserAdvice, judgeBrowser, type StorageKind } from '@mooring/storage';
import type { CheckDefinition } from '@mooring/storage/server';
import type { Db } from '../../catalogue/db.ts';
import { redact } from '../../platform/redact.ts';
import { type ConnectionIds, lockRow } from '../rows/row.ts';
import { readCheckRun, replaceResults } from './results.ts';

/**
 * Stores what a browser found, in the place of what one found before, with what both sides together say of it.
 * The connection's status stays: it is about all browsers, not about one person's network.
 * @throws MooringError `not_found`
 */
export async function storeBrowserResults(
  db: Db,
  ids: ConnectionIds,
  found: {
    connection: Connection;
    kind: StorageKind;
    definitions: readonly CheckDefinition[];
    results: BrowserResults;
  },
  now: Date,
): Promise<CheckRun> {
  const { connection, kind, definitions, results } = found;
  const { checks: server } = await readCheckRun(db, ids, connection, definitions);
  const checks = readBrowserResults(
    results,
    server,
    kind.browserAdvice(connection.location, results.origin),
    now,
  );
  await db.transaction().execute(async trx => {
    await lockRow(trx, ids);
    await replaceResults(trx, ids, 'browser', checks);
  });
  return readCheckRun(db, ids, connection, definitions);
}

/** What a browser sent, as checks: without secrets, named by its browser, and judged by what both sides saw. */
function readBrowserResults(
  { checks, userAgent, origin }: BrowserResults,
  known: readonly Check[],
  advice: BrowserAdvice,
  now: Date,
): Check[] {
  const findings = checks.map(finding => ({ ...finding, observed: redact(finding.observed) }));
  const server = known.filter(({ side }) => side === 'server');
  const judged = judgeBrowser(findings, { server, advice, checkedAt: now.toISOString() });
  const [first, ...others] = judged;
  if (!first) return [];
  return [{ ...first, observed: `${browserName(userAgent)} at ${origin}: ${first.observed}` }, ...others];
}

/** A browser that also names another one stands before that one. */
const BROWSERS: [name: string, pattern: RegExp][] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari/],
];

/** `Chrome 141`, where it can be recognised. */
function browserName(userAgent: string): string {
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return `${name} ${version}`;
  }
  return 'A browser';
}
