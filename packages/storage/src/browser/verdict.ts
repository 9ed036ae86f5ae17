import {
  BROWSER_CHECKS,
  type BrowserCheckId,
  type BrowserFinding,
  CHECKS,
  type Check,
} from '@mooring/contract';
import { type BrowserCircumstances, blame } from './blame.ts';

/**
 * What a browser found, as checks: with what was expected, and where it failed the layer that is to blame and how to
 * mend it, which only both sides together tell. Pure.
 */
export function judgeBrowser(
  findings: readonly BrowserFinding[],
  circumstances: BrowserCircumstances,
): Check[] {
  return BROWSER_CHECKS.flatMap(id => {
    const finding = findings.find(found => found.id === id);
    return finding ? [judge(finding, circumstances)] : [];
  });
}

const EXPECTED: Record<BrowserCheckId, string> = {
  fetch: 'A page gets the object with GET.',
  range: 'A page gets the part that it asks for with Range, also where the browser sends a preflight first.',
  headers: 'A page may read Content-Range, ETag, Content-Length, Content-Type and Accept-Ranges.',
  media: 'An element shows the object, and a page may read its pixels.',
};
const DEPENDS_ON: Record<BrowserCheckId, BrowserCheckId[]> = {
  fetch: [],
  range: ['fetch'],
  headers: ['range'],
  media: ['fetch'],
};
function judge(finding: BrowserFinding, circumstances: BrowserCircumstances): Check {
  const { id, status } = finding;
  const verdict = status === 'failed' || status === 'warning' ? blame(finding, circumstances) : null;
  return {
    id,
    side: 'browser',
    title: CHECKS[id],
    status,
    observed: verdict ? `${finding.observed} ${verdict.cause}`.trim() : finding.observed,
    expected: EXPECTED[id],
    fix: verdict?.fix ?? null,
    dependsOn: DEPENDS_ON[id],
    waitingUntil: null,
    durationMs: finding.durationMs,
    checkedAt: circumstances.checkedAt,
  };
}
