import type { BrowserFinding, BrowserProbe, BrowserReason } from '@mooring/contract';
import { type Asking, ask as askStorage, TIMEOUT_SECONDS } from '@/delivery/ask.ts';

type Found = Omit<BrowserFinding, 'id' | 'durationMs'>;

/** What the checks need of the browser. */
export interface Surroundings extends Asking {
  /** Whether the page itself came over https. */
  isSecure: boolean;
}

const PART_BYTES = 10;
/** No object has this tag; a browser sends a preflight for the header. */
const NO_TAG = '"mooring-check"';
/** What viewers read of an answer, and what does not work without. */
const NEEDED = ['content-range'];
const WANTED = ['etag', 'content-length', 'content-type', 'accept-ranges'];

const passed = (observed: string): Found => ({ status: 'passed', reason: null, observed });
const failed = (reason: BrowserReason, observed: string): Found => ({ status: 'failed', reason, observed });

/** Asks for the whole object, and leaves the body unread. */
export async function checkFetch({ url }: BrowserProbe, around: Surroundings): Promise<Found> {
  if (around.isSecure && url.startsWith('http:')) {
    return failed('mixed-content', 'This page came over https://, and the storage answers at http://.');
  }
  return ask(url, {}, around, async answer => {
    if (!answer.ok) return refused(answer);
    await answer.body?.cancel();
    const type = answer.headers.get('content-type');
    return passed(`Status ${answer.status}${type ? `, ${type}` : ''}.`);
  });
}

/** Asks for a part, plainly and then with a header for which the browser sends a preflight. */
export async function checkRange(
  { url, sizeBytes }: BrowserProbe,
  around: Surroundings,
): Promise<{ found: Found; headers: Headers | null }> {
  const range = `bytes=0-${PART_BYTES - 1}`;
  const expected = sizeBytes > 0 ? Math.min(PART_BYTES, sizeBytes) : PART_BYTES;
  let headers: Headers | null = null;
  const found = await ask(url, { range }, around, async answer => {
    if (!answer.ok) return refused(answer);
    if (answer.status !== 206) {
      await answer.body?.cancel();
      const observed = `Status ${answer.status} with the whole object, but the request was for the first ${PART_BYTES} bytes.`;
      return failed('range-ignored', observed);
    }
    headers = answer.headers;
    const { byteLength } = await answer.arrayBuffer();
    if (byteLength === expected)
      return passed(`Status 206 with ${byteLength} bytes, also after a preflight.`);
    return failed('range-ignored', `${byteLength} bytes came, but the request was for ${expected}.`);
  });
  if (found.status !== 'passed') return { found, headers };
  let isAnswered = false;
  const again = await ask(url, { range, 'if-none-match': NO_TAG }, around, async answer => {
    isAnswered = true;
    if (!answer.ok) return refused(answer);
    await answer.body?.cancel();
    return found;
  });
  if (isAnswered) return { found: again, headers };
  const observed = 'A part comes, but not where a header (If-None-Match) needs a preflight.';
  return { found: { status: 'warning', reason: again.reason, observed }, headers };
}

/** Which headers of the answer to a range the page may read. */
export function checkHeaders(headers: Headers): Found {
  const hidden = (names: string[]) => names.filter(name => !headers.has(name)).map(capital);
  const [missing, unseen] = [hidden(NEEDED), hidden(WANTED)];
  if (missing.length > 0)
    return failed('hidden-headers', `A page cannot read ${[...missing, ...unseen].join(', ')}.`);
  if (unseen.length === 0) return passed(`A page reads ${[...NEEDED, ...WANTED].map(capital).join(', ')}.`);
  return {
    status: 'warning',
    reason: 'hidden-headers',
    observed: `A page cannot read ${unseen.join(', ')}, which some viewers need.`,
  };
}

/** `ETag`, `Content-Range` */
const capital = (name: string): string =>
  name === 'etag' ? 'ETag' : name.replace(/\b[a-z]/g, letter => letter.toUpperCase());

/** What was found in an answer that may be read, or what stood in the way. */
async function ask(
  url: string,
  headers: Record<string, string>,
  around: Surroundings,
  read: (answer: Response) => Promise<Found>,
): Promise<Found> {
  const found = await askStorage(url, headers, around, read);
  switch (found) {
    case 'not-allowed':
      return failed(found, 'The storage answers, but this page may not read it.');
    case 'unreachable':
      return failed(found, `Nothing answers this browser at ${new URL(url).host}.`);
    case 'timeout':
      return failed(found, `There was no answer within ${TIMEOUT_SECONDS} seconds.`);
    default:
      return found;
  }
}

/** The storage names its reason in the body, the relay in a problem. */
async function refused(answer: Response): Promise<Found> {
  const text = await answer.text();
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? /"code":"(\w+)"/.exec(text)?.[1];
  return failed('refused', `Status ${answer.status}${code ? `, ${code}` : ''}.`);
}
