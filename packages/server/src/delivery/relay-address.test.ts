import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import { createRelayAddresses } from './relay-address.ts';

describe('relay addresses', () => {
  const key = randomBytes(32);
  const addresses = createRelayAddresses(() => [key]);
  const expiresAt = new Date('2026-11-22T10:15:00Z');
  const place = { workspaceId: newId('workspace'), assetId: newId('asset') };
  const grant = { ...place, callerId: newId('member'), expiresAt };
  const token = addresses.issue(grant);
  const before = new Date('2026-11-22T10:14:59.999Z');

  it('carry what they grant, in few characters that need no escaping', () => {
    expect(addresses.read(token, before)).toEqual(grant);
    expect(token).toMatch(/^[\w-]{90}$/);
    const machines = { ...grant, callerId: newId('token') };
    expect(addresses.read(addresses.issue(machines), before)).toEqual(machines);
  });

  it('end', () => {
    expect(() => addresses.read(token, expiresAt)).toThrow('This relay address has expired.');
  });

  it('are refused when a single character differs, or they come from another installation', () => {
    for (let i = 0; i < token.length - 1; i++) {
      const other = token[i] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, i) + other + token.slice(i + 1);
      expect(() => addresses.read(changed, before)).toThrow('This relay address is not valid.');
    }
    const elsewhere = createRelayAddresses(() => [randomBytes(32)]);
    expect(() => elsewhere.read(token, before)).toThrow('This relay address is not valid.');
  });

  it('are good with each of several keys, and made with the first', () => {
    const [next, other] = [randomBytes(32), randomBytes(32)];
    const both = createRelayAddresses(() => [next, key]);
    expect(both.read(token, before)).toEqual(grant);
    expect(createRelayAddresses(() => [next]).read(both.issue(grant), before)).toEqual(grant);
    expect(() => createRelayAddresses(() => [next, other]).read(token, before)).toThrow('is not valid');
  });

  it('of objects that are not in the catalogue carry their place, for every key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 1024 }), key => {
        const place = {
          ...{ workspaceId: newId('workspace'), callerId: newId('token') },
          ...{ connectionId: newId('connection'), container: 'c' },
        };
        const text = addresses.issueForObject({ ...place, key, expiresAt });
        expect(text).toMatch(/^[\w-]+\.[\w-]{22}$/);
        expect(addresses.read(text, before)).toEqual({ ...place, key, expiresAt });
      }),
    );
    const text = addresses.issueForObject({
      ...{ workspaceId: 'w', callerId: 'tok_1', connectionId: 'c', container: 'c', key: 'k' },
      expiresAt,
    });
    expect(() => addresses.read(text, expiresAt)).toThrow('has expired');
    for (let i = 0; i < text.length - 1; i++) {
      const changed = text.slice(0, i) + (text[i] === 'A' ? 'B' : 'A') + text.slice(i + 1);
      expect(() => addresses.read(changed, before)).toThrow('This relay address is not valid.');
    }
  });

  it('are refused for every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), text => {
        expect(() => addresses.read(text, before)).toThrow('This relay address is not valid.');
      }),
    );
  });
});
