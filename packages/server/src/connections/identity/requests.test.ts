import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOperationsDatabase, WORKSPACE } from '../../operations/testing.ts';
import { openProcess } from '../../operations/testing-process.ts';
import { testServers } from '../../platform/database/testing.ts';
import { createSignInRequests, type SignInPurposeName, type SignInRequests } from './requests.ts';

let now = new Date('2026-11-22T06:00:00Z');
const clock = { now: () => now };
const sessionHash = randomBytes(32);
const request = {
  workspaceId: WORKSPACE,
  sessionHash,
  connectionId: null,
  provider: 'azure',
  returnTo: '/connections',
};

let database: Awaited<ReturnType<typeof createOperationsDatabase>>;
let own: Awaited<ReturnType<typeof openProcess>>;
const key = randomBytes(32);
let requests: SignInRequests;
const withKeys = (...keys: [Buffer, ...Buffer[]]) =>
  createSignInRequests({ db: own.db, clock, keys: () => keys });
beforeAll(async () => {
  database = await createOperationsDatabase(testServers[0]!);
  own = await openProcess(database.poolConfig);
  requests = withKeys(key);
});
afterAll(async () => {
  await own.close();
  await database.drop();
});

test('comes back once, with what belongs to it, to the session that began it', async () => {
  const { state, nonce, codeVerifier, expiresAt } = await requests.begin('ownership', request);
  expect(expiresAt.getTime() - now.getTime()).toBe(3_600_000);
  expect(codeVerifier).toMatch(/^[\w-]{43}$/);
  expect(nonce).not.toBe(codeVerifier);
  expect(state).not.toContain(nonce);
  const taken = await requests.take('ownership', state, sessionHash);
  expect(taken).toEqual({ ...request, nonce, codeVerifier });
  expect(await requests.take('ownership', state, sessionHash)).toBeNull();
});

test('of two that come back at once only one gets it', async () => {
  const { state } = await requests.begin('consent', request);
  const taken = await Promise.all([1, 2, 3, 4].map(() => requests.take('consent', state, sessionHash)));
  expect(taken.filter(each => each !== null)).toHaveLength(1);
});

test.each<[string, (state: string) => Parameters<SignInRequests['take']>]>([
  ['of another purpose', state => ['consent', state, sessionHash]],
  ['in another session', state => ['ownership', state, randomBytes(32)]],
  ['without a session', state => ['ownership', state, null]],
  [
    'with another signature',
    state => ['ownership', `${state.slice(0, -2)}${state.endsWith('AA') ? 'BA' : 'AA'}`, sessionHash],
  ],
  [
    'with another id',
    state => [
      'ownership',
      state.replace(/\.[\w-]+\./, `.${randomBytes(24).toString('base64url')}.`),
      sessionHash,
    ],
  ],
  [
    'for another workspace',
    state => ['ownership', state.replace(/^[^.]+/, 'ws_11111111111111111111'), sessionHash],
  ],
  ['without a signature', state => ['ownership', state.split('.').slice(0, 2).join('.'), sessionHash]],
  ['without a state', () => ['ownership', undefined, sessionHash]],
  ['with nonsense', () => ['ownership', '\u0000.a.b', sessionHash]],
])('is nothing %s, and is still there for its own session', async (_what, taking) => {
  const { state } = await requests.begin('ownership', request);
  expect(await requests.take(...taking(state))).toBeNull();
  expect(await requests.take('ownership', state, sessionHash)).not.toBeNull();
});

test('is nothing to an installation with another key', async () => {
  const { state } = await requests.begin('ownership', request);
  expect(await withKeys(randomBytes(32)).take('ownership', state, sessionHash)).toBeNull();
});

test('comes back while the key changes, with the values that it went with', async () => {
  const { state, nonce, codeVerifier } = await requests.begin('ownership', request);
  const taken = await withKeys(randomBytes(32), key).take('ownership', state, sessionHash);
  expect(taken).toMatchObject({ nonce, codeVerifier });
});

test('ends after an hour, and is cleared away', async () => {
  const { state } = await requests.begin('ownership', request);
  now = new Date(now.getTime() + 3_600_000);
  expect(await requests.take('ownership', state, sessionHash)).toBeNull();
  await requests.begin('consent' satisfies SignInPurposeName, request);
  expect(await own.db.selectFrom('sign_in_requests').select('id').execute()).toHaveLength(1);
});

test('that was begun without a browser may come back to any', async () => {
  const { state } = await requests.begin('consent', { ...request, sessionHash: null });
  expect(await requests.take('consent', state, null)).toMatchObject({
    provider: 'azure',
    returnTo: '/connections',
  });
});
