import type { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { fetch, request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { whyNotPublic } from './address-ranges.ts';
import { createNetworks } from './allowed-networks.ts';
import { AddressRefused, createGuard, type Guard } from './network.ts';
import { isNetwork } from './purposes.ts';

describe('addresses', () => {
  test.each([
    '8.8.8.8',
    '20.60.0.1',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.255.255',
    '223.255.255.255',
    '2603:1030::1',
    '2a01:111::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('%s is public', address => expect(whyNotPublic(address)).toBeNull());

  test.each([
    ['10.1.2.3', 'private', true],
    ['172.16.0.1', 'private', true],
    ['172.31.255.255', 'private', true],
    ['192.168.0.1', 'private', true],
    ['100.64.0.1', 'carrier', true],
    ['127.0.0.1', 'loopback', true],
    ['127.255.255.254', 'loopback', true],
    ['::1', 'loopback', true],
    ['fd00::1', 'private', true],
    ['::ffff:127.0.0.1', 'loopback', true],
    ['::ffff:a00:1', 'private', true],
    ['64:ff9b::10.0.0.1', 'private', true],
    ['64:ff9b::a9fe:a9fe', 'metadata', false],
    ['169.254.169.254', 'metadata', false],
    ['::ffff:169.254.169.254', 'metadata', false],
    ['168.63.129.16', 'platform', false],
    ['0.0.0.0', 'unspecified', false],
    ['::', 'not a public', false],
    ['192.0.2.7', 'documentation', false],
    ['198.19.0.1', 'benchmarks', false],
    ['224.0.0.1', 'multicast', false],
    ['255.255.255.255', 'reserved', false],
    ['fe80::1', 'link-local', false],
    ['fe80::1%eth0', 'link-local', false],
    ['fec0::1', 'not a public', false],
    ['ff02::1', 'multicast', false],
    ['2001:db8::1', 'documentation', false],
    ['2001::1', 'protocols', false],
    ['2002:7f00:1::', 'relay', false],
    ['::127.0.0.1', 'not a public', false],
    ['localhost', 'not an IP', false],
  ])('%s is refused as %s; allowable: %s', (address, what, allowable) => {
    expect(whyNotPublic(address)).toEqual({ what: expect.stringContaining(what), allowable });
  });

  test('an IPv4 address is judged alike in all its IPv6 clothes', () => {
    fc.assert(
      fc.property(fc.ipV4(), address => {
        const reason = whyNotPublic(address);
        expect(whyNotPublic(`::ffff:${address}`)).toEqual(reason);
        expect(whyNotPublic(`64:ff9b::${address}`)).toEqual(reason);
      }),
    );
  });
});

describe('networks', () => {
  test.each(['10.0.0.0/8', '10.1.2.3', 'fd00::/8', '::1', '0.0.0.0/0', '127.0.0.1/32'])('%s is one', text =>
    expect(isNetwork(text)).toBe(true),
  );
  test.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'localhost',
    '10.0.0.0/-1',
  ])('%s is none', text => expect(isNetwork(text)).toBe(false));
  test('hold their addresses however these are written', () => {
    const holds = createNetworks(['10.0.0.0/8', '192.168.1.7', 'fd12::/16']);
    for (const address of [
      '10.255.0.1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
      '192.168.1.7',
      'fd12::1',
      'fd12::1%eth0',
    ])
      expect(holds(address), address).toBe(true);
    for (const address of ['11.0.0.1', '192.168.1.8', 'fd13::1', '::1', 'localhost'])
      expect(holds(address), address).toBe(false);
  });
});

describe('connections', () => {
  let requests = 0;
  const server = http.createServer((req, res) => {
    requests++;
    if (req.url === '/redirect') res.writeHead(302, { location: 'http://169.254.169.254/' });
    res.end('reached');
  });
  const port = () => (server.address() as AddressInfo).port;
  beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void server.close());

  const refusals: AddressRefused[] = [];
  const guards: Guard[] = [];
  afterEach(async () => {
    await Promise.all(guards.splice(0).map(guard => guard.close()));
    requests = 0;
  });

  /** A guard whose names resolve to the given addresses, one answer after the other. */
  function guardOf(allowPrivate: boolean | string[], ...answers: string[][]): Guard {
    const resolve = ((_host: string, _options: unknown, callback: (e: null, a: unknown) => void) => {
      const addresses = answers.length > 1 ? answers.shift()! : answers[0]!;
      callback(
        null,
        addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as typeof lookup;
    const guard = createGuard(
      { allowPrivate, onRefusal: refusal => refusals.push(refusal) },
      answers.length === 0 ? undefined : resolve,
    );
    guards.push(guard);
    return guard;
  }

  const ways: [string, (guard: Guard, url: string) => Promise<string>][] = [
    ['undici', async (guard, url) => (await request(url, { dispatcher: guard.dispatcher })).body.text()],
    ['fetch', async (guard, url) => (await fetch(url, { dispatcher: guard.dispatcher })).text()],
    [
      'node:http',
      (guard, url) =>
        new Promise((resolve, reject) => {
          const secure = url.startsWith('https:');
          const options = { agent: secure ? guard.httpsAgent : guard.httpAgent };
          const sent = (secure ? https : http).get(url, options, res => {
            res.setEncoding('utf8').once('data', resolve);
          });
          sent.on('error', reject);
        }),
    ],
  ];

  async function refusalOf(reached: Promise<string>): Promise<AddressRefused> {
    const error = await reached.then(
      body => expect.unreachable(`answered ${body}`),
      (error: Error) => (error instanceof AddressRefused ? error : error.cause),
    );
    expect(error).toBeInstanceOf(AddressRefused);
    return error as AddressRefused;
  }

  describe.each(ways)('by %s', (_, get) => {
    test.each(['http', 'https'])('an address in the URL is refused over %s', async scheme => {
      for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]']) {
        await refusalOf(get(guardOf(false), `${scheme}://${host}:${port()}/`));
      }
      expect(requests).toBe(0);
    });

    test.each(['http', 'https'])(
      'a name that resolves to a private address is refused over %s',
      async scheme => {
        const refusal = await refusalOf(
          get(guardOf(false, ['10.1.2.3']), `${scheme}://acme.internal:${port()}/`),
        );
        expect(refusal.message).toBe(
          'acme.internal resolves to a private address; Mooring connects only to public addresses.',
        );
        expect(refusal.fix).toMatch(/can allow its network in MOORING_STORAGE_NETWORKS\.$/);
        // The address is for the operator alone.
        expect(refusals.at(-1)).toMatchObject({ host: 'acme.internal', address: '10.1.2.3' });
      },
    );

    test('localhost is refused through the real resolver', async () => {
      const refusal = await refusalOf(get(guardOf(false), `http://localhost:${port()}/`));
      expect(refusal.host).toBe('localhost');
    });

    test('one private address among public ones is enough', async () => {
      await refusalOf(get(guardOf(false, ['20.60.0.1', '127.0.0.1']), `http://acme.example:${port()}/`));
    });

    test('a name that changes its mind after the first answer does not get through', async () => {
      const guard = guardOf(true, ['127.0.0.1'], ['169.254.169.254']);
      const url = `http://acme.example:${port()}/`;
      expect(await get(guard, url)).toBe('reached');
      guard.httpAgent.destroy();
      await new Promise<void>(resolve => {
        server.closeIdleConnections();
        setTimeout(resolve, 20);
      });
      const refusal = await refusalOf(get(guard, url));
      expect(refusal.fix).toContain('No setting allows this one');
    });

    test('private addresses are reached in the networks that the operator allows, and in no others', async () => {
      const inside = guardOf(['127.0.0.0/8', '10.0.0.0/8', '::1']);
      expect(await get(inside, `http://127.0.0.1:${port()}/`)).toBe('reached');
      const outside = guardOf(['10.0.0.0/8', 'fd00::/8'], ['127.0.0.1']);
      await refusalOf(get(outside, `http://acme.example:${port()}/`));
      await refusalOf(get(outside, `http://[::ffff:127.0.0.1]:${port()}/`));
      await refusalOf(get(guardOf(['10.0.0.0/8'], ['10.1.2.3', '127.0.0.1']), `http://a.example:${port()}/`));
      await refusalOf(get(guardOf(['0.0.0.0/0', '::/0']), 'http://169.254.169.254/metadata/instance'));
      const hooks = createGuard({ allowPrivate: ['10.0.0.0/8'], purpose: 'webhooks' });
      guards.push(hooks);
      const { fix } = await refusalOf(get(hooks, `http://127.0.0.1:${port()}/`));
      expect(fix).toContain('If the receiver is meant to be there');
      expect(fix).toContain('MOORING_WEBHOOK_NETWORKS=127.0.0.1');
    });

    test('private addresses are reached where the operator allows them', async () => {
      expect(await get(guardOf(true), `http://127.0.0.1:${port()}/`)).toBe('reached');
      expect(await get(guardOf(true), `http://localhost:${port()}/`)).toBe('reached');
      await refusalOf(get(guardOf(true), 'http://169.254.169.254/metadata/instance'));
    });
  });

  test('a redirect is judged like any other connection', async () => {
    const guard = guardOf(true);
    await refusalOf(
      fetch(`http://127.0.0.1:${port()}/redirect`, { dispatcher: guard.dispatcher }).then(res => res.text()),
    );
    expect(requests).toBe(1);
  });
});
