import type { Provider } from '@mooring/storage/server';
import { compareUtf8, listFrom } from '@mooring/storage/server';
import type { Gate } from './gate.ts';
import { type RetryOptions, retrying, systemRetry } from './retry.ts';

export interface SplitOptions {
  container: string;
  prefix: string;
  /** The last key that was listed, and some of those before it. */
  listed: readonly string[];
  /** Where the keys in question end; null: with the prefix. */
  end: string | null;
  /** Into how many pieces at most. */
  pieces: number;
  signal: AbortSignal;
  gate: Gate;
  retry?: RetryOptions;
}

/** Whether a key comes first in every order that storages list in: by UTF-8, by UTF-16, or with `/` before all. */
const isBefore = (one: string, other: string): boolean =>
  compareUtf8(one, other) < 0 &&
  one < other &&
  compareUtf8(one.replaceAll('/', '\0'), other.replaceAll('/', '\0')) < 0;

/**
 * Those of some bounds that follow one another, and `from`, in every order in which storages list: between others some
 * keys would be listed twice.
 * @param bounds in the order of bytes
 */
export function inAnyOrder(from: string, bounds: readonly string[]): string[] {
  let latest = from;
  return bounds.filter(bound => {
    const follows = isBefore(latest, bound);
    if (follows) latest = bound;
    return follows;
  });
}

const MOST_ENTRIES = 1000;
const DEEPEST = 16;
/** Characters after the prefix at which keys may begin to differ. */
const MOST_PROBES = 24;

/**
 * Keys at which the rest of a listing can be divided: after the last listed key, in order. Where there are
 * directories they are its bounds; where there are none, texts that divide keys like those that were listed evenly.
 * Empty: nothing is known that would divide it.
 */
export async function findSplits(provider: Provider, options: SplitOptions): Promise<string[]> {
  const { listed, end, pieces } = options;
  const last = listed.at(-1);
  if (last === undefined) return [];
  const within = (keys: string[]) =>
    inAnyOrder(
      last,
      [...new Set(keys)].filter(key => key.isWellFormed() && !key.includes('\0')).sort(compareUtf8),
    ).filter(key => end === null || isBefore(key, end));
  const { directories, isComplete } = provider.capabilities.list.delimiter
    ? await findDirectories(provider, options, last)
    : { directories: [], isComplete: false };
  const bounds = within(directories);
  if (bounds.length > 0 && isComplete) return evenly(bounds, pieces - 1);
  const guessed = within(await guess(provider, options, last));
  return evenly(bounds.length > guessed.length ? bounds : guessed, pieces - 1);
}

/** The directories after a key: of the whole level, and where that has only one, of what is in it. */
async function findDirectories(
  provider: Provider,
  { container, prefix, end, signal, gate, retry = systemRetry }: SplitOptions,
  last: string,
): Promise<{ directories: string[]; isComplete: boolean }> {
  let level = prefix;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const within = level;
    const call = () =>
      listFrom(provider, container, {
        prefix: within,
        delimiter: '/',
        startFrom: compareUtf8(last, within) > 0 ? last : undefined,
        endBefore: end ?? undefined,
        pageSize: MOST_ENTRIES,
        signal,
      });
    const page = await retrying(() => gate.through(call, signal), signal, retry);
    const isComplete = page.cursor === null;
    const [only] = page.prefixes;
    if (only === undefined || page.prefixes.length > 1 || page.objects.length > 0 || !isComplete)
      return { directories: page.prefixes, isComplete: isComplete && page.prefixes.length > 1 };
    level = only;
  }
  return { directories: [], isComplete: false };
}

/**
 * Finds the first character after which keys go on differing from the last one, and divides by it and the one after
 * it. What other characters there may be is taken from the keys that were listed.
 */
async function guess(
  provider: Provider,
  { container, prefix, listed, end, pieces, signal, gate, retry = systemRetry }: SplitOptions,
  last: string,
): Promise<string[]> {
  const places = Array.from(
    { length: Math.min(MOST_PROBES, last.length - prefix.length) },
    (_, at) => prefix.length + at,
  );
  const probes = places.map(async place => {
    const next = String.fromCharCode(last.charCodeAt(place) + 1);
    const from = last.slice(0, place) + next;
    if (!from.isWellFormed() || (end !== null && compareUtf8(from, end) >= 0)) return null;
    const call = () =>
      listFrom(provider, container, {
        prefix,
        startFrom: from,
        endBefore: end ?? undefined,
        pageSize: 1,
        signal,
      });
    const { objects } = await retrying(() => gate.through(call, signal), signal, retry);
    return objects.at(0)?.key ?? null;
  });
  const found = await Promise.all(probes);
  const at = found.findIndex(key => key !== null);
  if (at < 0) return [];
  const place = places[at]!;
  const stem = last.slice(0, place);
  const samples = [...listed, ...found.filter(key => key !== null)].filter(key => key.startsWith(stem));
  const first = alphabet(samples.map(key => key[place] ?? ''));
  const second = pieces > first.length ? alphabet(samples.map(key => key[place + 1] ?? '')) : [''];
  return first.flatMap(one => second.map(two => stem + one + two));
}

const CLASSES = ['0123456789', '0123456789abcdef', '0123456789ABCDEF', 'abcdefghijklmnopqrstuvwxyz'];

/** The characters seen, and all others of their kind. */
function alphabet(seen: readonly string[]): string[] {
  const chars = [...new Set(seen)].filter(char => char !== '' && char.isWellFormed());
  const kind = CLASSES.find(each => chars.every(char => each.includes(char)));
  return kind ? [...kind] : chars.sort(compareUtf8);
}

/** So many of the bounds, spread over all of them. */
function evenly(bounds: readonly string[], count: number): string[] {
  if (bounds.length <= count) return [...bounds];
  return Array.from(
    { length: count },
    (_, at) => bounds[Math.floor(((at + 1) * bounds.length) / (count + 1))]!,
  );
}
