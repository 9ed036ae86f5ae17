import type { Problem } from '@mooring/contract';
import type { Target } from './target.ts';

/** What a tenant, a storage or a file does to harm. */
export interface Attack {
  name: string;
  /** How many cases it stands for; default 1. */
  cases?: number;
  /** Whether it is over within seconds, so that every test run can make it. */
  quick?: boolean;
  /** @throws Error where something else comes of it than what must */
  run(target: Target): Promise<void>;
}

/** The status of an answer, and what it says: the detail of a problem, else the beginning of its text. */
export async function answerOf(answer: Response): Promise<string> {
  const text = await answer.text();
  const isProblem = answer.headers.get('content-type')?.includes('problem+json');
  return `${answer.status} ${isProblem ? (JSON.parse(text) as Problem).detail : text.slice(0, 200)}`;
}

/** @throws Error with what was seen */
export function must(holds: boolean, seen: string): void {
  if (!holds) throw new Error(seen);
}
