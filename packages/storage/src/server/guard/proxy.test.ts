import type { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { type Certificates, type ConnectProxy, createCertificates, startProxy } from '@mooring/emulators';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AddressRefused, createGuard, type Guard } from './network.ts';
import { ProxyRefused } from './proxy.ts';

const OWN_DOMAINS = ['.core.windows.net', '.microsoftonline.com', 'login.chinacloudapi.cn'];
const ACME = 'acme.blob.core.windows.net';
let certificates: Certificates;
let secure: https.Server;
let plain: http.Server;
const routes = new Map<string, string>();
const proxies: ConnectProxy[] = [];
const guards: Guard[] = [];

beforeAll(async () => {
  certificates = await createCertificates();
  certificates.trust();
  const answer: http.RequestListener = (asked, response) => response.end(`reached ${asked.headers.host}`);
  secure = https.createServer({ cert: certificates.cert, key: certificates.key }, answer);
  plain = http.createServer(answer);
  for (const server of [secure, plain])
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await Promise.all(guards.splice(0).map(guard => guard.close()));
  await Promise.all(proxies.splice(0).map(proxy => proxy.stop()));
  routes.clear();
});
afterAll(async () => {
  secure.close();
  plain.close();
  await certificates.remove();
});

const originOf = (server: http.Server | https.Server) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function through({
  allowPrivate = false,
  resolves = {} as Record<string, string>,
  password,
  url,
}: {
  allowPrivate?: boolean;
  resolves?: Record<string, string>;
  password?: string;
  url?: (proxy: string) => string;
} = {}) {
  const proxy = await startProxy(host => routes.get(host), password);
  proxies.push(proxy);
  const resolve = ((host: string, _: unknown, callback: (error: Error | null, found?: unknown) => void) => {
    const address = resolves[host];
    if (address === undefined) return callback(Object.assign(new Error(`no ${host}`), { code: 'ENOTFOUND' }));
    callback(null, [{ address, family: 4 }]);
  }) as unknown as typeof lookup;
  const guard = createGuard(
    { allowPrivate, httpsProxy: url ? url(proxy.url) : proxy.url, ownDomains: OWN_DOMAINS },
    resolve,
  );
  guards.push(guard);
  return { proxy, guard };
}

const ways: [string, (guard: Guard, url: string) => Promise<string>][] = [
  ['undici', async (guard, url) => (await request(url, { dispatcher: guard.dispatcher })).body.text()],
  [
    'node:http',
    (guard, url) =>
      new Promise((resolve, reject) => {
        const isSecure = url.startsWith('https:');
        const agent = isSecure ? guard.httpsAgent : guard.httpAgent;
        const sent = (isSecure ? https : http).get(url, { agent }, response =>
          response.setEncoding('utf8').once('data', resolve),
        );
        sent.on('error', reject);
      }),
  ],
];

describe.each(ways)('by %s', (_, get) => {
  const errorOf = async (reached: Promise<string>): Promise<Error> => {
    const error = await reached.then(
      body => expect.unreachable(`answered ${body}`),
      reason => reason,
    );
    return error instanceof AddressRefused || error instanceof ProxyRefused ? error : (error.cause ?? error);
  };

  test('a name of Azure’s is left to the proxy to resolve', async () => {
    const { proxy, guard } = await through();
    routes.set(ACME, originOf(secure));
    expect(await get(guard, `https://${ACME}/`)).toBe(`reached ${ACME}`);
    expect(proxy.asked).toEqual([ACME]);
    expect(guard.resolvedBy(ACME)).toBe(new URL(proxy.url).host);
  });

  test('sockets are kept', async () => {
    const { proxy, guard } = await through();
    routes.set(ACME, originOf(secure));
    for (let i = 0; i < 10; i++) await get(guard, `https://${ACME}/`);
    expect(proxy.asked.length).toBeLessThan(4);
  });

  test('any other name is resolved and judged here, and the proxy is given the address', async () => {
    const { proxy, guard } = await through({
      resolves: { 'data.acme.example': '20.60.0.1', 'inside.example': '10.0.0.1' },
    });
    routes.set('20.60.0.1', originOf(plain));
    expect(await get(guard, 'http://data.acme.example/')).toBe('reached data.acme.example');
    expect(proxy.asked).toEqual(['20.60.0.1']);
    expect(await errorOf(get(guard, 'http://inside.example/'))).toBeInstanceOf(AddressRefused);
    expect(await errorOf(get(guard, 'https://inside.example/'))).toBeInstanceOf(AddressRefused);
    expect(await errorOf(get(guard, 'http://nowhere.example/'))).toMatchObject({
      message: 'no nowhere.example',
    });
    expect(proxy.asked).toHaveLength(1);
    expect(guard.resolvedBy('data.acme.example')).toBeNull();
  });

  test('names that only look like Azure’s get no such trust', async () => {
    const alike = [
      'core.windows.net.example.org',
      'evilcore.windows.net',
      'xmicrosoftonline.com',
      'evillogin.chinacloudapi.cn',
      'x.login.chinacloudapi.cn',
    ];
    for (const host of alike) {
      const { proxy, guard } = await through({ resolves: { [host]: '127.0.0.1' } });
      expect(await errorOf(get(guard, `https://${host}/`))).toBeInstanceOf(AddressRefused);
      expect(proxy.asked).toEqual([]);
    }
  });

  test('addresses in the URL are refused as ever', async () => {
    const { proxy, guard } = await through();
    for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', '10.0.0.1'])
      expect(await errorOf(get(guard, `https://${host}/`))).toBeInstanceOf(AddressRefused);
    expect(proxy.asked).toEqual([]);
  });

  test('private addresses that the operator allows are reached without the proxy', async () => {
    const { proxy, guard } = await through({
      allowPrivate: true,
      resolves: { 'inside.example': '127.0.0.1', [ACME]: '127.0.0.1' },
    });
    const { port } = new URL(originOf(plain));
    expect(await get(guard, `http://127.0.0.1:${port}/`)).toBe(`reached 127.0.0.1:${port}`);
    expect(await get(guard, `http://inside.example:${port}/`)).toBe(`reached inside.example:${port}`);
    expect(await get(guard, `http://${ACME}:${port}/`)).toBe(`reached ${ACME}:${port}`);
    expect(proxy.asked).toEqual([]);
  });

  test('the error says what the proxy refuses', async () => {
    const { guard } = await through();
    expect(await errorOf(get(guard, `https://${ACME}/`))).toMatchObject({
      code: 'ERR_PROXY_REFUSED',
      message: expect.stringMatching(
        /did not connect to acme\.blob\.core\.windows\.net:443: it answered 403/,
      ),
    });
    const gone = await through({ url: () => 'http://127.0.0.1:1' });
    expect((await errorOf(get(gone.guard, `https://${ACME}/`))).message).toMatch(/was not reached/);
    const notProxy = await through({ url: () => originOf(plain) });
    expect((await errorOf(get(notProxy.guard, `https://${ACME}/`))).message).toMatch(/proxy/);
  });

  test('a password is sent where one is given, and asked for where not', async () => {
    routes.set(ACME, originOf(secure));
    const password = 'me:p@ss';
    const right = await through({ password, url: url => url.replace('//', '//me:p%40ss@') });
    expect(await get(right.guard, `https://${ACME}/`)).toBe(`reached ${ACME}`);
    const none = await through({ password });
    expect(await errorOf(get(none.guard, `https://${ACME}/`))).toMatchObject({
      message: expect.stringMatching(/wants a user and password \(407\)/),
      fix: expect.stringMatching(/USER:PASSWORD@HOST:PORT/),
    });
  });
});

test('a server that says nothing at all is given up', async () => {
  const silent = net.createServer(socket => socket.once('data', () => socket.end()));
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const { guard } = await through({ url: () => `http://127.0.0.1:${port}` });
  await expect(request(`https://${ACME}/`, { dispatcher: guard.dispatcher })).rejects.toThrow(
    /was not reached/,
  );
  silent.close();
});
