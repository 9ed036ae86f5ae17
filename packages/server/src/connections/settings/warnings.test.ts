import { azure, type SasSummary } from '@mooring/azure';
import type { Credential } from '@mooring/contract';
import type { StorageKind } from '@mooring/storage';
import { expect, test } from 'vitest';
import { thresholdOf, warningsOf as warningsIn } from './warnings.ts';

const warningsOf = (credential: Credential, writes: boolean, now: Date) =>
  warningsIn(azure as StorageKind, credential, writes, now);
const NOW = new Date('2026-11-22T10:00:00Z');
const inHours = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

const sas = (change: Partial<SasSummary> = {}): SasSummary => ({
  type: 'account',
  version: '2025-11-05',
  permissions: 'rl',
  services: 'b',
  resourceTypes: 'co',
  startsAt: null,
  expiresAt: inHours(10_000).toISOString(),
  ipRange: null,
  protocol: 'https',
  policy: null,
  ...change,
});
const credential = (main: SasSummary, deliverySas: SasSummary | null = null): Credential => ({
  kind: 'azure-sas',
  sas: main,
  deliverySas,
});
const endingIn = (hours: number) => sas({ expiresAt: inHours(hours).toISOString() });
const codes = (it: Credential, writes = false) => warningsOf(it, writes, NOW).map(({ code }) => code);

test.each([
  [31 * 24, null],
  [30 * 24, 30],
  [8 * 24, 30],
  [7 * 24, 7],
  [25, 7],
  [24, 1],
  [0.01, 1],
  [0, null],
  [-5, null],
])('what ends in %s hours has reached the threshold of %s days', (hours, threshold) => {
  expect(thresholdOf(inHours(hours), NOW)).toBe(threshold);
});

test('says when a token ends and what ends with it', () => {
  expect(warningsOf(credential(endingIn(6.5 * 24)), false, NOW)).toEqual([
    {
      code: 'credential_expires',
      message:
        'The SAS token ends in 6 days, at 2026-11-28 22:00 UTC. After that this connection does not work.',
      fix: expect.stringContaining('replace this one'),
      at: '2026-11-28T22:00:00.000Z',
    },
  ]);
  expect(warningsOf(credential(endingIn(3)), false, NOW)[0]!.message).toContain('ends within a day');
  expect(warningsOf(credential(endingIn(-1)), false, NOW)).toMatchObject([
    { code: 'credential_expired', message: expect.stringContaining('ended at 2026-11-22 09:00 UTC') },
  ]);
  expect(codes(credential(endingIn(31 * 24)))).toEqual([]);
});

test('tells of the delivery token and of certificates too; not of what ends unseen', () => {
  expect(codes(credential(sas(), endingIn(24)))).toEqual(['delivery_credential_expires']);
  const id = '11111111-2222-4333-8444-555555555555';
  const certificate: Credential = {
    kind: 'azure-app-certificate',
    tenantId: id,
    clientId: id,
    thumbprint: 'AB',
    expiresAt: inHours(24).toISOString(),
  };
  expect(warningsOf(certificate, false, NOW)).toMatchObject([
    { code: 'credential_expires', message: expect.stringContaining('The certificate ends in 1 day') },
  ]);
  expect(codes({ kind: 'azure-app', tenantId: id, clientId: id })).toEqual([]);
  expect(codes(credential(sas({ expiresAt: null, policy: 'p' })))).toEqual([]);
});

test('a token that may do more than is needed is too broad', () => {
  const broad = credential(sas({ permissions: 'rwdlc' }));
  expect(warningsOf(broad, false, NOW)).toMatchObject([
    { code: 'too_broad', message: expect.stringContaining('may also write, delete and create (sp=rwdlc)') },
  ]);
  expect(codes(credential(sas({ permissions: 'rwlc' })), true)).toEqual([]);
  expect(codes(credential(sas({ permissions: 'rltf' })))).toEqual([]);
});
