import { z } from 'zod';

/** Counts of a sync. listed = added + changed + restored + unchanged + skipped; removed were not listed. */
export const syncCounts = z
  .object({
    listed: z.number().int(),
    added: z.number().int(),
    changed: z.number().int(),
    removed: z.number().int(),
    restored: z.number().int(),
    unchanged: z.number().int(),
    skipped: z.number().int(),
  })
  .meta({ id: 'SyncCounts' });
export type SyncCounts = z.infer<typeof syncCounts>;

const sample = z.object({
  key: z.string(),
  reason: z.string().optional().meta({ description: 'Why: `placeholder`, `unstorable`, `filtered`, …' }),
});

/** What a dry run found: some of the keys of each sort. */
export const syncReport = z
  .object({
    dryRun: z.literal(true),
    samples: z.object({
      added: z.array(sample),
      changed: z.array(sample),
      restored: z.array(sample),
      removed: z.array(sample),
      skipped: z.array(sample),
    }),
  })
  .meta({ id: 'SyncReport' });
export type SyncReport = z.infer<typeof syncReport>;

/** Counts of a probe. looked = probed + failed; those with warnings are probed. */
export const probeCounts = z
  .object({
    looked: z.number().int(),
    probed: z.number().int(),
    warned: z.number().int(),
    failed: z.number().int(),
  })
  .meta({ id: 'ProbeCounts' });
export type ProbeCounts = z.infer<typeof probeCounts>;

/** Counts of a registration. done = added + changed + unchanged; total = done + error + what is pending. */
export const registrationCounts = z
  .object({
    done: z.number().int(),
    error: z.number().int(),
    added: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
  })
  .meta({ id: 'RegistrationCounts' });
export type RegistrationCounts = z.infer<typeof registrationCounts>;

/** Counts of an edit of assets. looked = changed + unchanged + refused. */
export const editCounts = z
  .object({
    looked: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    refused: z.number().int(),
  })
  .meta({ id: 'EditCounts' });
export type EditCounts = z.infer<typeof editCounts>;

/** Counts of a version of a dataset that is made: its members, and what is different from the version before. */
export const datasetCounts = z
  .object({
    members: z.number().int(),
    added: z.number().int(),
    changed: z.number().int(),
    gone: z.number().int(),
  })
  .meta({ id: 'DatasetCounts' });
export type DatasetCounts = z.infer<typeof datasetCounts>;

/** Counts of a push to another tool. looked = added + changed + unchanged + refused; the others were not selected. */
export const pushCounts = z
  .object({
    looked: z.number().int(),
    added: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    refused: z.number().int(),
    marked: z.number().int(),
    removed: z.number().int(),
  })
  .meta({ id: 'PushCounts' });
export type PushCounts = z.infer<typeof pushCounts>;

/** What a registration found in its list, and where its assets are. */
export const registrationReport = z
  .object({
    dryRun: z.boolean(),
    folder: z.string().meta({ description: 'The top folder of the assets' }),
    format: z.string().meta({ description: 'Of the list, by its content' }),
    warnings: z
      .array(
        z.object({ code: z.string(), subject: z.string(), message: z.string(), count: z.number().int() }),
      )
      .meta({ description: 'What was left out or read in a lenient way; at most 100' }),
    places: z
      .array(
        z.object({
          connectionId: z.string(),
          container: z.string(),
          sourceId: z.string().nullable(),
          folderId: z.string().nullable(),
          items: z.number().int(),
        }),
      )
      .meta({ description: 'Where the items belong; the ids are null where nothing was written' }),
    samples: z
      .array(z.object({ item: z.string(), connectionId: z.string(), container: z.string(), key: z.string() }))
      .meta({ description: 'The first items and what they were resolved to' }),
    retryable: z.number().int().meta({
      description: 'Items that failed, and are kept for 7 days so that they can be tried again',
    }),
  })
  .meta({ id: 'RegistrationReport' });
export type RegistrationReport = z.infer<typeof registrationReport>;

/** Counts of a check of registered assets. looked = changed + gone + restored + unchanged + failed. */
export const recheckCounts = z
  .object({
    looked: z.number().int(),
    changed: z.number().int(),
    gone: z.number().int(),
    restored: z.number().int(),
    unchanged: z.number().int(),
    failed: z.number().int(),
  })
  .meta({ id: 'RecheckCounts' });
export type RecheckCounts = z.infer<typeof recheckCounts>;

const source = z.object({ type: z.literal('source'), id: z.string() });
const connection = z.object({ type: z.literal('connection'), id: z.string() });
const registration = z.object({ type: z.literal('registration'), id: z.string() });
const dataset = z.object({ type: z.literal('dataset'), id: z.string() });
const connector = z.object({ type: z.literal('connector'), id: z.string() });
const edit = z.object({ type: z.literal('edit'), id: z.string() });

/** How people read one count. */
export interface CountWord {
  word: string;
  /** `total` of what was looked at; a `change`; or the `rest`, in which nothing changed. */
  role: 'total' | 'change' | 'rest';
}

const SYNC_COUNT_WORDS: Record<keyof SyncCounts, CountWord> = {
  listed: { word: 'listed', role: 'total' },
  added: { word: 'added', role: 'change' },
  changed: { word: 'changed', role: 'change' },
  removed: { word: 'gone', role: 'change' },
  restored: { word: 'restored', role: 'change' },
  unchanged: { word: 'unchanged', role: 'rest' },
  skipped: { word: 'skipped', role: 'rest' },
};

const PROBE_COUNT_WORDS: Record<keyof ProbeCounts, CountWord> = {
  looked: { word: 'looked at', role: 'total' },
  probed: { word: 'probed', role: 'rest' },
  warned: { word: 'with warnings', role: 'change' },
  failed: { word: 'failed', role: 'change' },
};

const REGISTRATION_COUNT_WORDS: Record<keyof RegistrationCounts, CountWord> = {
  done: { word: 'done', role: 'total' },
  added: { word: 'added', role: 'change' },
  changed: { word: 'changed', role: 'change' },
  unchanged: { word: 'unchanged', role: 'rest' },
  error: { word: 'failed', role: 'change' },
};

const RECHECK_COUNT_WORDS: Record<keyof RecheckCounts, CountWord> = {
  looked: { word: 'looked at', role: 'total' },
  changed: { word: 'changed', role: 'change' },
  gone: { word: 'gone', role: 'change' },
  restored: { word: 'restored', role: 'change' },
  unchanged: { word: 'unchanged', role: 'rest' },
  failed: { word: 'failed', role: 'change' },
};

const EDIT_COUNT_WORDS: Record<keyof EditCounts, CountWord> = {
  looked: { word: 'found', role: 'total' },
  changed: { word: 'changed', role: 'change' },
  unchanged: { word: 'unchanged', role: 'rest' },
  refused: { word: 'refused', role: 'change' },
};

const DATASET_COUNT_WORDS: Record<keyof DatasetCounts, CountWord> = {
  members: { word: 'in it', role: 'total' },
  added: { word: 'added', role: 'change' },
  changed: { word: 'changed', role: 'change' },
  gone: { word: 'gone', role: 'change' },
};

const PUSH_COUNT_WORDS: Record<keyof PushCounts, CountWord> = {
  looked: { word: 'looked at', role: 'total' },
  added: { word: 'added', role: 'change' },
  changed: { word: 'changed', role: 'change' },
  unchanged: { word: 'unchanged', role: 'rest' },
  refused: { word: 'left out', role: 'change' },
  marked: { word: 'marked as gone', role: 'change' },
  removed: { word: 'removed', role: 'change' },
};

/** What there is to know of a kind of operation. */
interface KindOfOperation {
  /** The name of its schema in OpenAPI. */
  schema: string;
  /** What it is called, and while it goes on. */
  name: string;
  doing: string;
  /** What it is about. */
  subject: z.ZodObject<{ type: z.ZodLiteral<string>; id: z.ZodType<string> }>;
  /** What it counted; `z.null()` where progress says it all. */
  counts: z.ZodType<Record<string, number> | null>;
  countWords: Record<string, CountWord>;
  /** What it found, where that is more than counts; `z.null()`: nothing more. */
  report: z.ZodType<object | null>;
  /** The code of the problem where one of this kind for this subject has not finished. */
  whileActive: 'sync_already_running' | 'conflict';
  /** What people are offered to do with it. */
  canPause: boolean;
  canCancel: boolean;
}

/**
 * Every kind of operation, in one table: schemas, OpenAPI, the server, the web app and the command line are made from
 * it. A new kind is a row here and a handler in the server's main.ts; the compiler names what is missing.
 */
export const OPERATION_KINDS = {
  sync: {
    schema: 'SyncOperation',
    name: 'Sync',
    doing: 'Syncing',
    subject: source,
    counts: syncCounts.nullable(),
    countWords: SYNC_COUNT_WORDS,
    report: syncReport.nullable(),
    whileActive: 'sync_already_running',
    canPause: true,
    canCancel: true,
  },
  inventory: {
    schema: 'InventoryOperation',
    name: 'Inventory report',
    doing: 'Reading an inventory report',
    subject: source,
    counts: syncCounts.nullable(),
    countWords: SYNC_COUNT_WORDS,
    report: z.null(),
    whileActive: 'conflict',
    canPause: false,
    canCancel: true,
  },
  probe: {
    schema: 'ProbeOperation',
    name: 'Probe',
    doing: 'Learning what the assets are',
    subject: source,
    counts: probeCounts.nullable(),
    countWords: PROBE_COUNT_WORDS,
    report: z.null(),
    whileActive: 'conflict',
    canPause: true,
    canCancel: true,
  },
  register: {
    schema: 'RegisterOperation',
    name: 'Registration',
    doing: 'Registering a list',
    subject: registration,
    counts: registrationCounts.nullable(),
    countWords: REGISTRATION_COUNT_WORDS,
    report: registrationReport.nullable(),
    whileActive: 'conflict',
    canPause: true,
    canCancel: true,
  },
  recheck: {
    schema: 'RecheckOperation',
    name: 'Check of registered assets',
    doing: 'Checking registered assets',
    subject: source,
    counts: recheckCounts.nullable(),
    countWords: RECHECK_COUNT_WORDS,
    report: z.null(),
    whileActive: 'conflict',
    canPause: true,
    canCancel: true,
  },
  'edit-assets': {
    schema: 'EditAssetsOperation',
    name: 'Edit of assets',
    doing: 'Editing assets',
    subject: edit,
    counts: editCounts.nullable(),
    countWords: EDIT_COUNT_WORDS,
    report: z.null(),
    whileActive: 'conflict',
    canPause: true,
    canCancel: true,
  },
  'dataset-version': {
    schema: 'DatasetVersionOperation',
    name: 'Version of a dataset',
    doing: 'Making a version of a dataset',
    subject: dataset,
    counts: datasetCounts.nullable(),
    countWords: DATASET_COUNT_WORDS,
    report: z.null(),
    whileActive: 'conflict',
    canPause: true,
    canCancel: true,
  },
  push: {
    schema: 'PushOperation',
    name: 'Push',
    doing: 'Pushing assets',
    subject: connector,
    counts: pushCounts.nullable(),
    countWords: PUSH_COUNT_WORDS,
    report: z.null(),
    whileActive: 'conflict',
    canPause: true,
    canCancel: true,
  },
  'remove-source': {
    schema: 'RemoveSourceOperation',
    name: 'Removal of a source',
    doing: 'Removing a source',
    subject: source,
    counts: z.null(),
    countWords: {},
    report: z.null(),
    whileActive: 'conflict',
    canPause: false,
    canCancel: false,
  },
  'remove-connection': {
    schema: 'RemoveConnectionOperation',
    name: 'Removal of a connection',
    doing: 'Removing a connection',
    subject: connection,
    counts: z.null(),
    countWords: {},
    report: z.null(),
    whileActive: 'conflict',
    canPause: false,
    canCancel: false,
  },
} as const satisfies Record<string, KindOfOperation>;

export type OperationKind = keyof typeof OPERATION_KINDS;
