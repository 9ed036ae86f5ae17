import type { Figures } from './run.ts';

export interface Row {
  name: string;
  value: number;
  unit: string;
  /** What must be reached, in the same unit. */
  must?: number;
  reached?: boolean;
}

const atMost = (name: string, value: number, unit: string, must: number): Row => ({
  ...{ name, value: rounded(value), unit, must },
  reached: value <= must,
});
const figure = (name: string, value: number, unit: string): Row => ({ name, value: rounded(value), unit });
const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The figures as rows, like those of the benchmarks. */
export function rowsOf({ outcomes, pauses, failures, ...figures }: Figures): Row[] {
  const cases = outcomes.reduce((sum, outcome) => sum + outcome.cases, 0);
  const wrong = outcomes.filter(outcome => outcome.wrong !== null);
  return [
    figure('cases', cases, 'cases'),
    atMost('attacks that came to something else than they must', wrong.length, 'attacks', 0),
    atMost('longest pause of the server', pauses.longestMs, 'ms', 500),
    figure('longest piece of work of the server', pauses.workedMs, 'ms'),
    atMost('peak memory of all processes', figures.peakMegabytes, 'MB', 1024),
    atMost('slowest answer of /health', figures.slowestHealthMs, 'ms', 100),
    atMost('slowest cancel', figures.slowestCancelMs, 'ms', 2000),
    figure('second workspace, p99 while idle', figures.idleP99Ms, 'ms'),
    figure('second workspace, p99 under attack', figures.attackedP99Ms, 'ms'),
    atMost('second workspace, p99 against idle', figures.attackedP99Ms / figures.idleP99Ms, '×', 5),
    atMost('its requests that were not answered', failures.length, 'requests', 0),
  ];
}

/** One row of the table. */
export function lineOf({ name, value, unit, must, reached }: Row): string {
  const goal = must === undefined ? '' : `  must ${must}: ${reached ? 'reached' : 'NOT reached'}`;
  return `${name.padEnd(52)}${value.toLocaleString('en').padStart(10)} ${unit.padEnd(8)}${goal}`;
}
