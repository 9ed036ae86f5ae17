import { atLeast, figure, limit, median, percentile, type Row } from '../report.ts';
import type { CorpusFile } from './corpus.ts';
import { type Fact, judge, type Verdict } from './judge.ts';
import type { RangeServer, StartedReader } from './processes.ts';
import type { Asked } from './range-server.ts';

/** How a reader did with one file. */
export interface Judged extends Verdict, Asked {
  file: CorpusFile;
}

/**
 * Reads every file that the reader knows once, without delay, and compares the facts with the truth.
 * @param tell gets each mistake, in a sentence
 */
export async function judgeReader(
  { knows, read }: StartedReader,
  corpus: readonly CorpusFile[],
  server: RangeServer,
  tell: (line: string) => void = () => undefined,
): Promise<Judged[]> {
  const files = corpus.filter(({ facts }) => knows === 'all' || knows[facts.kind]);
  await server.setDelay(0);
  await server.takeCounts();
  const { facts } = await read(files);
  const counts = await server.takeCounts();
  return files.map((file, i) => {
    const seen = facts[i] ?? {};
    const verdict = judge(seen, file.facts, knows === 'all' ? undefined : knows[file.facts.kind]);
    const words = verdict.wrong.map(fact => `${fact} is ${text(seen[fact])}, not ${text(file.facts[fact])}`);
    if (words.length > 0) tell(`${file.path}: ${facts[i] ? words.join('; ') : 'not read'}`);
    return { file, ...verdict, ...(counts[file.path] ?? { requests: 0, bytes: 0 }) };
  });
}

/** What must be reached over all kinds, and each fact. */
export function overallRows(judged: readonly Judged[]): Row[] {
  const kibibytes = judged.map(({ bytes }) => bytes / 1024);
  const requests = judged.map(asked => asked.requests);
  return [
    figure('files', judged.length, 'files'),
    atLeast('facts that are right', rightShare(judged), '%', { must: 99, aim: 100 }),
    limit('requests a file, median', median(requests), '', { must: 2, aim: 1 }),
    limit('KiB a file, median', median(kibibytes), 'KiB', { must: 128, aim: 64 }),
    figure('requests a file, 95th percentile', percentile(requests, 0.95), ''),
    figure('KiB a file, 95th percentile', percentile(kibibytes, 0.95), 'KiB'),
    ...factRows(judged),
  ];
}

/** What a reader gets right of a kind, and what it asks for. */
export function costRows(name: string, judged: readonly Judged[]): Row[] {
  const kibibytes = judged.map(({ bytes }) => bytes / 1024);
  const requests = judged.map(asked => asked.requests);
  return [
    figure(`${name}: facts that are right`, rightShare(judged), '%'),
    figure(`${name}: requests a file, median`, median(requests), ''),
    figure(`${name}: requests a file, 95th percentile`, percentile(requests, 0.95), ''),
    figure(`${name}: KiB a file, median`, median(kibibytes), 'KiB'),
    figure(`${name}: KiB a file, 95th percentile`, percentile(kibibytes, 0.95), 'KiB'),
  ];
}

function factRows(judged: readonly Judged[]): Row[] {
  const counts = new Map<Fact, { right: number; total: number }>();
  for (const { asked, wrong } of judged)
    for (const fact of asked) {
      const count = counts.get(fact) ?? { right: 0, total: 0 };
      count.total++;
      if (!wrong.includes(fact)) count.right++;
      counts.set(fact, count);
    }
  return [...counts].map(([fact, { right, total }]) =>
    figure(`${fact}: ${right} of ${total} right`, (right / total) * 100, '%'),
  );
}

function rightShare(judged: readonly Judged[]): number {
  const sum = (count: (one: Judged) => number) => judged.reduce((total, one) => total + count(one), 0);
  const total = sum(({ asked }) => asked.length);
  return ((total - sum(({ wrong }) => wrong.length)) / total) * 100;
}

const text = (value: unknown): string => JSON.stringify(value ?? null);
