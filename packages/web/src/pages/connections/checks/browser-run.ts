import {
  BROWSER_CHECKS,
  type BrowserCheckId,
  type BrowserFinding,
  type BrowserProbe,
  CHECKS,
} from '@mooring/contract';
import { checkFetch, checkHeaders, checkRange } from './fetch-checks.ts';
import { checkMedia } from './media-check.ts';

type Found = Omit<BrowserFinding, 'id' | 'durationMs'>;

/**
 * Loads the probe as pages do, one check after the other; what depends on a failure is skipped.
 * @param onChange hears of each check when it begins (null) and when it ends
 * @throws the signal's reason
 */
export async function runBrowserChecks(
  probe: BrowserProbe,
  signal: AbortSignal,
  onChange: (id: BrowserCheckId, finding: BrowserFinding | null) => void,
): Promise<BrowserFinding[]> {
  const around = {
    fetch: globalThis.fetch.bind(globalThis),
    isSecure: location.protocol === 'https:',
    signal,
  };
  let headers: Headers | null = null;
  const looks: Record<BrowserCheckId, () => Promise<Found> | Found> = {
    fetch: () => checkFetch(probe, around),
    range: async () => {
      const answer = await checkRange(probe, around);
      headers = answer.headers;
      return answer.found;
    },
    headers: () => (headers ? checkHeaders(headers) : blockedBy('range')),
    media: () => checkMedia(probe, signal),
  };
  const findings: BrowserFinding[] = [];
  for (const id of BROWSER_CHECKS) {
    signal.throwIfAborted();
    onChange(id, null);
    const begin = performance.now();
    const isBlocked = id !== 'fetch' && findings[0]?.status === 'failed';
    const found = isBlocked ? blockedBy('fetch') : await looks[id]();
    const durationMs = found.status === 'skipped' ? null : Math.round((performance.now() - begin) * 10) / 10;
    const finding = { id, ...found, durationMs };
    findings.push(finding);
    onChange(id, finding);
  }
  return findings;
}

const blockedBy = (id: BrowserCheckId): Found => ({
  status: 'skipped',
  reason: null,
  observed: `blocked by “${CHECKS[id]}”`,
});
