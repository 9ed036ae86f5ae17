import type { Check, Connection, Operation } from '@mooring/contract';

/** What a plain HTTP client got when it fetched the first 100 bytes of a signed URL as a page would. */
export interface Sample {
  assetId: string;
  key: string;
  signedUrl: string;
  status: number;
  contentRange: string | null;
  corsAllowOrigin: string | null;
}

/** The outcome of the demo: the JSON that `--json` prints. */
export interface Report {
  /** Where the web app and the API answer. */
  url: string;
  /** An administrator's API token. */
  token: string;
  /** Opens the storage account in other programs. */
  connectionString: string;
  /** The authority that clients of the storage must trust; left out where it answers over plain HTTP. */
  caFile?: string;
  connection: Pick<Connection, 'id' | 'status'>;
  checks: Pick<Check, 'id' | 'side' | 'status' | 'durationMs'>[];
  sync: {
    operationId: string;
    listed: number;
    added: number;
    changed: number;
    removed: number;
    skipped: number;
    durationMs: number | null;
  };
  assets: { total: number; byKind: Record<string, number> };
  sample: Sample;
}

/** What is not as it should be, in sentences; empty when all is well. */
export function shortcomings(
  report: Report,
  operation: Operation,
  seeded: { objects: number; placeholders: number },
): string[] {
  const { connection, checks, sync, assets, sample } = report;
  const assetsExpected = seeded.objects - seeded.placeholders;
  const differs = (what: string, observed: unknown, expected: unknown) =>
    observed === expected ? [] : [`${what} is ${observed}; expected ${expected}.`];
  return [
    ...differs('The connection', connection.status, 'healthy'),
    ...checks.flatMap(({ id, status }) => differs(`The check ${id}`, status, 'passed')),
    ...differs('The sync', operation.status, 'succeeded'),
    ...(operation.problem ? [`The sync says: ${operation.problem.detail} ${operation.problem.fix}`] : []),
    ...differs('The number of objects listed', sync.listed, seeded.objects),
    ...differs('The number of assets added', sync.added, assetsExpected),
    ...differs('The number of objects skipped', sync.skipped, seeded.placeholders),
    ...differs('The number of assets', assets.total, assetsExpected),
    ...differs('The sum over the kinds of assets', sum(Object.values(assets.byKind)), assetsExpected),
    ...differs('The status of the sample', sample.status, 206),
    ...(sample.contentRange?.startsWith('bytes 0-99/')
      ? []
      : [`The content range of the sample is ${sample.contentRange}; expected bytes 0-99 of it.`]),
    ...(sample.corsAllowOrigin ? [] : ['The sample came without leave for a page to read it.']),
  ];
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
