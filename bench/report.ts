export interface Row {
  name: string;
  value: number;
  unit: string;
  /** What must be reached, and what we aim at, in the same unit. */
  must?: number;
  aim?: number;
  reached?: boolean;
}

export interface BenchmarkOptions {
  objects: number;
  runs: number;
  /** Files of each kind that a round of the probe reads. */
  files: number;
  /** How many photographs the grid shows, and how large each is. */
  photographs: number;
  photographBytes: number;
  /** Which service's listing is measured. */
  storage: 'azure' | 's3';
  /** Tells what is going on. */
  log: (line: string) => void;
}
export type Benchmark = (options: BenchmarkOptions) => Promise<Row[]>;

/** A figure that is better the higher it is. */
export const atLeast = (
  name: string,
  value: number,
  unit: string,
  goals: { must: number; aim: number },
): Row => ({ name, value: rounded(value), unit, ...goals, reached: value >= goals.must });

/** A ratio that is better the higher it is. */
export const ratio = (name: string, value: number, goals: { must: number; aim: number }): Row =>
  atLeast(name, value, '×', goals);

/** A figure that is better the lower it is. */
export const limit = (
  name: string,
  value: number,
  unit: string,
  goals: { must: number; aim: number },
): Row => ({ name, value: rounded(value), unit, ...goals, reached: value <= goals.must });

export const figure = (name: string, value: number, unit: string): Row => ({
  name,
  value: rounded(value),
  unit,
});

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value that a share of all does not pass: 0.95 for the 95th percentile. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)]!;

export function printTable(rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, value, unit, must, aim, reached } of rows) {
    const goal =
      must === undefined ? '' : `  must ${must}, aim ${aim}: ${reached ? 'reached' : 'NOT reached'}`;
    console.log(
      `${name.padEnd(width)}  ${value.toLocaleString('en').padStart(12)} ${unit.padEnd(10)}${goal}`,
    );
  }
}

const rounded = (value: number): number => (value >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
