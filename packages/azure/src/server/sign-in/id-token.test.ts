import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { IdTokenRefused, tenantOfIssuer, verifyIdToken } from './id-token.ts';

const TENANT = '0f1e2d3c-4b5a-4968-8776-655443322110';
const OTHER = 'aaaaaaaa-4b5a-4968-8776-655443322110';
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const CLIENT = randomUUID();
const NOW = new Date('2026-11-22T06:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const CLAIMS: JWTPayload = {
  iss: ISSUER,
  aud: CLIENT,
  iat: SECONDS,
  nbf: SECONDS,
  exp: SECONDS + 3600,
  nonce: 'n',
  tid: TENANT,
  oid: randomUUID(),
  preferred_username: 'ada@contoso.example',
  wids: [randomUUID()],
};

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let pair: Pair;
let foreign: Pair;
let jwks: Parameters<typeof verifyIdToken>[1]['keys'];
beforeAll(async () => {
  pair = await generateKeyPair('RS256');
  foreign = await generateKeyPair('RS256');
  jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
});

const sign = (claims: JWTPayload, { key = pair.privateKey, header = {} } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k', ...header }).sign(key);
const verify = (token: string) =>
  verifyIdToken(token, {
    ...{ issuer: ISSUER, tenantId: TENANT, clientId: CLIENT, nonce: 'n', now: NOW },
    keys: jwks,
  });

test('says who has signed in', async () => {
  expect(await verify(await sign(CLAIMS))).toEqual({
    id: CLAIMS.oid,
    name: 'ada@contoso.example',
    roles: CLAIMS.wids,
  });
});

test('says where roles are not given', async () => {
  const { wids: _, ...claims } = CLAIMS;
  expect(await verify(await sign(claims))).toMatchObject({ roles: null });
});

test.each<[string, JWTPayload]>([
  ['of another tenant', { tid: OTHER }],
  ['of another issuer', { iss: ISSUER.replace(TENANT, OTHER) }],
  ['of another issuer and tenant', { iss: ISSUER.replace(TENANT, OTHER), tid: OTHER }],
  ['for another app', { aud: randomUUID() }],
  ['for another app too', { aud: [CLIENT, randomUUID()] as string[] }],
  ['for another request', { nonce: 'm' }],
  ['that is over', { exp: SECONDS - 61 }],
  ['that is not valid yet', { nbf: SECONDS + 61 }],
  ...(['exp', 'iat', 'nonce', 'tid', 'oid', 'aud', 'iss'] as const).map((name): [string, JWTPayload] => [
    `without ${name}`,
    { [name]: undefined },
  ]),
])('refuses one %s', async (_what, claims) => {
  await expect(verify(await sign({ ...CLAIMS, ...claims }))).rejects.toThrow(IdTokenRefused);
});

test('refuses one that is not signed, or signed with another key', async () => {
  const token = await sign(CLAIMS);
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const forged = Buffer.from(JSON.stringify({ ...CLAIMS, oid: randomUUID() })).toString('base64url');
  const hmac = new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'k' });
  const publicKey = Buffer.from(JSON.stringify(jwks.keys[0]));
  const tokens = [
    new UnsecuredJWT(CLAIMS).encode(),
    `${header}.${payload}.`,
    `${header}.${forged}.${signature}`,
    await sign(CLAIMS, { key: foreign.privateKey }),
    await sign(CLAIMS, { key: foreign.privateKey, header: { jwk: await exportJWK(foreign.publicKey) } }),
    await sign(CLAIMS, { key: foreign.privateKey, header: { kid: 'another' } }),
    await hmac.sign(publicKey),
    '',
    'a.b.c',
  ];
  for (const each of tokens) await expect(verify(each)).rejects.toThrow(IdTokenRefused);
});

test('tells the tenant of an issuer', () => {
  expect(tenantOfIssuer(ISSUER)).toBe(TENANT);
  expect(tenantOfIssuer('https://login.microsoftonline.com/{tenantid}/v2.0')).toBeNull();
});
