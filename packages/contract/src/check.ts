import { z } from 'zod';
import { timestamp } from './common.ts';
import { connectionStatus } from './connection.ts';

/** The checks of a connection, in the order they are shown. A check's id never changes its meaning. */
export const CHECKS = {
  name: 'The location is well-formed',
  dns: 'The host name resolves',
  tls: 'A secure connection opens',
  clock: 'The clocks agree',
  credential: 'The credential is accepted',
  list: 'The container can be listed',
  head: 'An object’s properties can be read',
  range: 'A part of an object can be read',
  sign: 'A short-lived URL can be signed',
  fetch: 'The signed URL works',
  preflight: 'Browsers are allowed to load from it',
} as const;
export type CheckId = keyof typeof CHECKS;

export const checkSide = z.enum(['server', 'browser']);
export const checkStatus = z.enum(['waiting', 'running', 'passed', 'warning', 'failed', 'skipped']);
export type CheckStatus = z.infer<typeof checkStatus>;

/** How to mend a failed check: why it matters, what to do, and what to copy. */
export const fix = z
  .object({
    why: z.string(),
    steps: z.array(z.string()),
    snippets: z.array(z.object({ title: z.string(), language: z.string(), text: z.string() })),
  })
  .meta({ id: 'Fix' });
export type Fix = z.infer<typeof fix>;

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

/** What a stream of checks sends: each check whenever it changes, and the whole at the end. */
export type CheckEvent = { type: 'check'; check: Check } | { type: 'done'; run: CheckRun };
