import type { Problem, SignedUrl } from '@mooring/contract';
import { formatBytes } from '@/format/numbers.ts';
import { type Asking, ask, TIMEOUT_SECONDS, type Unanswered } from './ask.ts';

/** Why a medium is not shown. */
export type Cause =
  | Unanswered
  /** The URL is past its end. */
  | 'expired'
  /** The storage answered with another refusal. */
  | 'refused'
  /** There is no such object. */
  | 'gone'
  /** The storage is too busy, or has failed. */
  | 'busy'
  | 'empty'
  /** The object is another one than the one that was listed. */
  | 'changed'
  /** A part of it is asked for, and the storage sends all of it. */
  | 'no-ranges'
  /** The viewer would need more memory than a page should take. */
  | 'too-large'
  /** The bytes come, and the browser cannot show them. */
  | 'format';

interface Words {
  /** For a tile: a few words. */
  short: string;
  /** What was seen, in a sentence. */
  message: string;
  /** The next step. */
  fix: string;
}

/** A medium is not shown, and this is why. */
export class NotLoaded extends Error {
  override readonly name = 'NotLoaded';
  override readonly cause: Cause;
  readonly short: string;
  readonly fix: string;

  constructor(cause: Cause, { short, message, fix }: Words) {
    super(message);
    this.cause = cause;
    this.short = short;
    this.fix = fix;
  }
}

const RUN_CHECKS = 'Run the checks of the connection: they name what is missing and how to add it.';

/**
 * Finds out why a URL does not load, by asking for its first byte. Null: the bytes come.
 * @throws the signal's reason
 */
export async function whyNotLoaded(
  signed: Pick<SignedUrl, 'url' | 'expiresAt'>,
  asking: Asking,
  now: () => number,
): Promise<NotLoaded | null> {
  const why = await ask(signed.url, { range: 'bytes=0-0' }, asking, async answer => {
    if (!answer.ok) return refused(answer, signed, now);
    return (await hasBytes(answer)) ? null : empty();
  });
  return typeof why === 'string' ? unanswered(why, signed.url) : why;
}

/** Reads no further than to the first bytes: a storage that ignores the range sends everything. */
async function hasBytes({ body }: Response): Promise<boolean> {
  const reader = body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return first !== undefined && !first.done;
}

/** The bytes come, and the browser does not show them. */
export const notShown = (contentType: string | null): NotLoaded =>
  new NotLoaded('format', {
    short: 'Browser cannot show it',
    message: `The file arrives, but this browser cannot show it: it does not know the format (${contentType ?? 'no content type'}), or the file is damaged.`,
    fix: 'Open the file in a program that knows its format.',
  });

/**
 * The bytes come, and a viewer cannot show them.
 * @param message why, in a sentence
 */
export const notViewed = (message: string): NotLoaded =>
  new NotLoaded('format', {
    short: 'Cannot be shown',
    message,
    fix: 'Open the file in a program that knows its format.',
  });

/** A viewer that needs all of a file takes no more than this of memory. */
export const tooLarge = (sizeBytes: number, mostBytes: number): NotLoaded =>
  new NotLoaded('too-large', {
    short: 'Too large to show',
    message: `The file has ${formatBytes(sizeBytes)}. This viewer reads a file whole, and at most ${formatBytes(mostBytes)}.`,
    fix: 'Open the file in a program on your computer.',
  });

export const changed = (): NotLoaded =>
  new NotLoaded('changed', {
    short: 'Changed in the storage',
    message: 'The storage holds another file under this key than the one that was listed.',
    fix: 'Sync its source, which brings the catalogue in line with the storage.',
  });

export const noRanges = (url: string): NotLoaded =>
  new NotLoaded('no-ranges', {
    short: 'No parts of files',
    message: `${new URL(url, globalThis.location?.href).host} was asked for a part of the file and sent all of it.`,
    fix: 'Let what stands between this browser and the storage pass on the Range header.',
  });

/** What the absence of an answer means. */
export function unanswered(reason: Unanswered, url: string): NotLoaded {
  const { host } = new URL(url, globalThis.location?.href);
  switch (reason) {
    case 'unreachable':
      return new NotLoaded(reason, {
        short: 'Storage not reached',
        message: `This browser gets no answer from ${host}: it cannot be reached from here, or the browser does not trust its certificate.`,
        fix: 'Open the file: the browser then shows which of the two is the cause. Or run the checks of the connection.',
      });
    case 'timeout':
      return new NotLoaded(reason, {
        short: 'No answer in time',
        message: `${host} gave no answer within ${TIMEOUT_SECONDS} seconds.`,
        fix: 'Try again. If that does not help, run the checks of the connection.',
      });
    case 'not-allowed':
      return new NotLoaded(reason, {
        short: 'Blocked by CORS',
        message: `${host} answers, but this page may not read the answer: no CORS rule of the storage allows this page.`,
        fix: RUN_CHECKS,
      });
  }
}

/** What an answer without the bytes means. The relay says it itself, in a problem. */
export async function refused(
  answer: Response,
  { expiresAt }: Pick<SignedUrl, 'expiresAt'>,
  now: () => number,
): Promise<NotLoaded> {
  const { status } = answer;
  if (status === 416) return empty();
  const text = await answer.text();
  const cause = causeOf(status, Date.parse(expiresAt) <= now());
  if (answer.headers.get('content-type')?.startsWith('application/problem+json')) {
    const { title, detail, fix } = JSON.parse(text) as Problem;
    return new NotLoaded(cause, { short: title, message: detail, fix });
  }
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  const seen = `status ${status}${code ? `, ${code}` : ''}`;
  return new NotLoaded(cause, WORDS[cause](status, seen));
}

type Refusal = 'expired' | 'refused' | 'gone' | 'busy';

function causeOf(status: number, isExpired: boolean): Refusal {
  if (status === 404 || status === 410) return 'gone';
  if (status === 429 || status >= 500) return 'busy';
  return isExpired ? 'expired' : 'refused';
}

const WORDS: Record<Refusal, (status: number, seen: string) => Words> = {
  expired: (_, seen) => ({
    short: 'Link expired',
    message: `The link to the file has expired (${seen}).`,
    fix: 'Try again, which makes a new link. If that does not help, set the clock of this computer.',
  }),
  refused: (status, seen) => ({
    short: `Refused (${status})`,
    message: `The storage refuses to give the file to this browser (${seen}).`,
    fix: RUN_CHECKS,
  }),
  gone: (_, seen) => ({
    short: 'Not in the storage',
    message: `The storage no longer has this file (${seen}).`,
    fix: 'Sync its source, which brings the catalogue in line with the storage.',
  }),
  busy: (status, seen) => ({
    short: `Storage fails (${status})`,
    message: `The storage could not answer at this moment (${seen}).`,
    fix: 'Try again in a minute.',
  }),
};

export const empty = (): NotLoaded =>
  new NotLoaded('empty', {
    short: 'Empty file',
    message: 'The file is empty: there is nothing to show.',
    fix: 'Upload it again where it should not be empty, then sync its source.',
  });
