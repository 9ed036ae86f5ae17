import { type AzureLocation, type BrowserResults, type Check, judgeBrowser } from '@mooring/contract';
import { redact } from '../../platform/redact.ts';

/** What a browser sent, as checks: without secrets, named by its browser, and judged by what both sides saw. */
export function readBrowserResults(
  { checks, userAgent, origin }: BrowserResults,
  known: readonly Check[],
  location: AzureLocation,
  now: Date,
): Check[] {
  const findings = checks.map(finding => ({ ...finding, observed: redact(finding.observed) }));
  const server = known.filter(({ side }) => side === 'server');
  const judged = judgeBrowser(findings, { server, location, origin, checkedAt: now.toISOString() });
  const [first, ...others] = judged;
  if (!first) return [];
  return [{ ...first, observed: `${browserName(userAgent)} at ${origin}: ${first.observed}` }, ...others];
}

/** Those that give themselves out for others stand before them. */
const BROWSERS: [name: string, pattern: RegExp][] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari/],
];

/** `Chrome 141`, as far as it can be told. */
function browserName(userAgent: string): string {
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return `${name} ${version}`;
  }
  return 'A browser';
}
