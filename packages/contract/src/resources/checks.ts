import { z } from 'zod';
import { timestamp } from '../common.ts';
import { fix } from '../fix.ts';
import { defineRoute } from '../route.ts';
import { assetKind } from './asset-kind.ts';
import { connectionParams, connectionStatus } from './connections.ts';

/** The checks of a connection, in the order they are shown. A check's id never changes its meaning. */
export const CHECKS = {
  name: 'Location',
  dns: 'Host name',
  tls: 'TLS',
  clock: 'Clock',
  credential: 'Credential',
  ownership: 'Ownership',
  list: 'Listing',
  head: 'Object properties',
  range: 'Range request',
  sign: 'Signing',
  fetch: 'Signed URL',
  preflight: 'CORS',
  headers: 'Response headers',
  media: 'Display',
  write: 'Writing',
  survey: 'Contents',
} as const;
export type CheckId = keyof typeof CHECKS;

export const checkSide = z.enum(['server', 'browser']);

export const checkStatus = z.enum(['waiting', 'running', 'passed', 'warning', 'failed', 'skipped']);
export type CheckStatus = z.infer<typeof checkStatus>;

export const check = z
  .object({
    id: z.enum(Object.keys(CHECKS) as [CheckId, ...CheckId[]]),
    side: checkSide,
    title: z.string(),
    status: checkStatus,
    observed: z.string().nullable(),
    expected: z.string().nullable(),
    fix: fix.nullable(),
    dependsOn: z.array(z.string()),
    waitingUntil: timestamp.nullable().meta({
      description: 'While it runs: until when Mooring waits for a role that was just granted',
    }),
    durationMs: z.number().nullable(),
    checkedAt: timestamp.nullable(),
  })
  .meta({ id: 'Check' });
export type Check = z.infer<typeof check>;

/** The result of running a connection's checks. */
export const checkRun = z
  .object({
    status: connectionStatus,
    statusReason: z.string().nullable(),
    checks: z.array(check),
  })
  .meta({ id: 'CheckRun' });
export type CheckRun = z.infer<typeof checkRun>;

export const checkIds = z.array(z.enum(Object.keys(CHECKS) as [CheckId, ...CheckId[]])).min(1);

/** Which checks to run, and how patiently. */
export const checkRequest = z.strictObject({
  only: checkIds.optional().meta({ description: 'Only these, and what they depend on' }),
  waitSeconds: z.number().int().min(0).max(900).default(0).meta({
    description: 'How long to retry a refusal that a newly granted role would end',
  }),
});
export type CheckRequest = z.input<typeof checkRequest>;

/** What a browser needs to run its side of the checks: an object, and a URL that should open it. */
export const browserProbe = z
  .object({
    key: z.string(),
    sizeBytes: z.number().int(),
    contentType: z.string().nullable(),
    kind: assetKind,
    url: z.url(),
    expiresAt: timestamp,
    delivery: z.enum(['direct', 'relay']),
  })
  .meta({ id: 'BrowserProbe' });
export type BrowserProbe = z.infer<typeof browserProbe>;

/** The checks that a browser runs, in their order. */
export const BROWSER_CHECKS = ['fetch', 'range', 'headers', 'media'] as const satisfies CheckId[];
export type BrowserCheckId = (typeof BROWSER_CHECKS)[number];

/** What stood in the way of a browser, as far as a page can tell. */
export const browserReason = z.enum([
  'mixed-content', // a page of https:// was to load from http://
  'unreachable', // nothing answered
  'timeout', // no answer in time
  'not-allowed', // an answer came that the page may not read
  'refused', // an answer that says no
  'range-ignored', // the whole where a part was asked for
  'hidden-headers', // headers of the answer that the page may not read
  'not-shown', // bytes that the element cannot show
]);
export type BrowserReason = z.infer<typeof browserReason>;

/** What a browser found. Shown and stored beside the server's results; never trusted for more. */
export const browserResults = z.strictObject({
  userAgent: z.string().max(500),
  origin: z
    .string()
    .max(300)
    .refine(text => URL.canParse(text) && new URL(text).origin === text, {
      error: 'expected an origin such as https://mooring.example',
    }),
  checks: z
    .array(
      z.strictObject({
        id: z.enum(BROWSER_CHECKS),
        status: z.enum(['passed', 'warning', 'failed', 'skipped']),
        reason: browserReason.nullable().default(null),
        observed: z.string().max(2000),
        durationMs: z.number().min(0).nullable(),
      }),
    )
    .max(10),
});
export type BrowserResults = z.input<typeof browserResults>;
export type BrowserFinding = BrowserResults['checks'][number];

/** One object put to the test: any URL of it, or its key. */
export const objectTestRequest = z.strictObject({
  url: z.string().max(8192).optional(),
  container: z.string().max(255).optional(),
  key: z.string().max(1024).optional(),
});

export const objectTest = z
  .object({
    container: z.string(),
    key: z.string(),
    checks: z.array(check).meta({ description: "Mooring's server: head, range, sign, fetch, preflight" }),
    probe: browserProbe
      .nullable()
      .meta({ description: 'For this browser to load; null where nothing can be signed' }),
  })
  .meta({ id: 'ObjectTest' });
export type ObjectTest = z.infer<typeof objectTest>;

/** What a stream of checks sends: each check whenever it changes, and the whole at the end. */
export type CheckEvent = { type: 'check'; check: Check } | { type: 'done'; run: CheckRun };

/** A connection's checks, from the server and from a browser. */
export const checkRoutes = {
  runChecks: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/checks',
    tag: 'connections',
    summary: 'Run the checks of a connection',
    action: 'connections.check',
    params: connectionParams,
    body: checkRequest.prefault({}),
    status: 200,
    response: checkRun,
    stream: 'Events `check` (a Check, whenever one changes) and at the end `done` (the CheckRun).',
  }),
  getChecks: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/checks',
    tag: 'connections',
    summary: 'The latest result of each check',
    action: 'connections.read',
    params: connectionParams,
    status: 200,
    response: checkRun,
  }),
  getBrowserProbe: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/browser-probe',
    tag: 'connections',
    summary: 'An object that the checks came across, with a URL for this browser to load',
    action: 'connections.check',
    params: connectionParams,
    status: 200,
    response: browserProbe,
    audit: 'connection.object_tested',
  }),
  putBrowserResults: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/checks/browser',
    tag: 'connections',
    summary: "Store what a browser found, beside the server's results",
    description: 'The answer explains what both sides together say.',
    action: 'connections.check',
    params: connectionParams,
    body: browserResults,
    status: 200,
    response: checkRun,
  }),
  testObject: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/test-object',
    tag: 'connections',
    summary: 'Test one object, from the server and for this browser',
    action: 'connections.check',
    params: connectionParams,
    body: objectTestRequest,
    status: 200,
    response: objectTest,
    audit: 'connection.object_tested',
  }),
} as const;
