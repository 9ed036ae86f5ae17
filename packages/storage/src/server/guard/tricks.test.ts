// URLs that people could give to make Mooring's server ask what only the server reaches. None opens a socket.
import type { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { request } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { AddressRefused, createGuard, type Guard } from './network.ts';
import { PortRefused } from './ports.ts';

/** What names resolve to here. */
const NAMES: Record<string, string[]> = {
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  'files.localhost': ['127.0.0.1'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
  'a9fea9fe.hex.example': ['169.254.169.254'],
  'metadata.google.internal': ['169.254.169.254'],
  'kubernetes.default.svc': ['10.96.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'scoped.example': ['fe80::1%eth0'],
  'translated.example': ['64:ff9b::a9fe:a9fe'],
  'mixed.example': ['20.60.0.1', '10.0.0.7'],
  'last.example': ['20.60.0.1', '2603:1030::1', '::1'],
  'xn--strge-ora.example': ['192.168.0.9'],
  'storage.example': ['20.60.0.1'],
};
const resolve = ((host: string, _: unknown, callback: (error: Error | null, found?: unknown) => void) => {
  const found = NAMES[host];
  if (!found) return callback(Object.assign(new Error(`no ${host}`), { code: 'ENOTFOUND' }));
  callback(
    null,
    found.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
  );
}) as unknown as typeof lookup;

/** By what each is refused: a part of what is said of the address; `port`; or it is no URL, or none of HTTP. */
const TRICKS: [refused: string, urls: string[]][] = [
  [
    'loopback',
    [
      'https://127.0.0.1/',
      'https://127.1/',
      'https://127.0.1/',
      'https://127.255.255.254/',
      'https://127.0.0.1./',
      'https://2130706433/',
      'https://0x7f000001/',
      'https://0x7f.1/',
      'https://0X7F.0x0.0x0.0x1/',
      'https://0177.0.0.1/',
      'https://017700000001/',
      'https://127.000.000.001/',
      'https://%31%32%37.0.0.1/',
      'https://127.0\t.0.1/',
      'https://１２７.０.０.１/',
      'https://①②⑦.⓪.⓪.①/',
      'https://127。0。0。1/',
      'https:127.0.0.1/',
      'https:/127.0.0.1/',
      'https:////127.0.0.1/',
      'https:\\\\127.0.0.1\\',
      'https://storage.example@127.0.0.1/',
      'https://storage.example:443@127.0.0.1/',
      'https://storage.example%2F@127.0.0.1/',
      'https://a:b@storage.example:c@127.0.0.1/',
      'https://127.0.0.1\\@storage.example/',
      'https://127.0.0.1#@storage.example/',
      'https://127.0.0.1?@storage.example/',
      'https://127.0.0.1:8443/',
      'http://127.0.0.1/',
      'https://[::1]/',
      'https://[0:0:0:0:0:0:0:1]/',
      'https://[0000:0000::0001]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::FFFF:7F00:1]/',
      'https://[64:ff9b::127.0.0.1]/',
      'https://localhost/',
      'https://LOCALHOST/',
      'https://ⓛocalhost/',
      'https://localhost./',
      'https://files.localhost/',
      'https://127.0.0.1.nip.example/',
      'https://mapped.example/',
      'https://last.example/',
    ],
  ],
  [
    'private',
    [
      'https://10.0.0.1/',
      'https://0xa000001/',
      'https://172.31.255.254/',
      'https://192.168.1.1/',
      'https://[fd00::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://kubernetes.default.svc/',
      'https://mixed.example/',
      'https://stråge.example/',
      'https://STRÅGE。example/',
    ],
  ],
  ['carrier', ['https://100.64.0.1/']],
  [
    'metadata',
    [
      'http://169.254.169.254/latest/meta-data/',
      'http://0xa9fea9fe/',
      'http://2852039166/',
      'http://0251.0376.0251.0376/',
      'http://169.254.43518/',
      'http://[::ffff:a9fe:a9fe]/',
      'http://[64:ff9b::169.254.169.254]/',
      'http://metadata.google.internal/computeMetadata/v1/',
      'http://a9fea9fe.hex.example/',
      'http://translated.example/',
      'http://100.100.100.200/latest/meta-data/',
      'http://[::ffff:100.100.100.200]/',
      'http://[fd00:ec2::254]/latest/meta-data/',
      'http://[fd20:ce::254]/computeMetadata/v1/',
      'http://[fd00:c1::a9fe:a9fe]/opc/v2/',
    ],
  ],
  ['platform services', ['http://168.63.129.16/machine?comp=goalstate']],
  ['protocols', ['http://192.0.0.192/latest/', 'https://[2001:0:7f00:1::]/']],
  ['unspecified', ['https://0/', 'https://0.0.0.0/', 'https://0x0.0/']],
  ['link-local', ['https://[fe80::1]/', 'https://scoped.example/']],
  ['multicast', ['https://224.0.0.1/', 'https://[ff02::1]/']],
  ['reserved', ['https://255.255.255.255/']],
  ['relay', ['https://[2002:7f00:1::]/']],
  [
    'not a public',
    [
      'https://[::]/',
      'https://[::127.0.0.1]/',
      'https://[::ffff:0:127.0.0.1]/',
      'https://[64:ff9b:1::7f00:1]/',
      'https://[fec0::1]/',
      'https://[5f00::1]/',
    ],
  ],
  [
    'port',
    [
      'http://storage.example:22/',
      'http://storage.example:25/',
      'http://storage.example:0025/',
      'https://storage.example:993/',
      'http://20.60.0.1:6667/',
      'http://127.0.0.1:25/',
    ],
  ],
  [
    'no URL',
    [
      '//127.0.0.1/',
      '127.0.0.1',
      'https://',
      'https://[fe80::1%eth0]/',
      'https://[fe80::1%25eth0]/',
      'https://127.0.0.256/',
      'https://4294967296/',
      'https://1.2.3.4.5/',
      'https://08.8.8.8/',
      'https://127.0.0.1%00.storage.example/',
      'https://storage.example:65536/',
      'https://storage.example:-1/',
      'https://storage.example:４４３x/',
      'https://[::1/',
    ],
  ],
  [
    'no HTTP',
    [
      'file:///etc/passwd',
      'ftp://127.0.0.1/',
      'gopher://127.0.0.1:6379/_INFO',
      'dict://127.0.0.1:11211/stats',
      'ldap://127.0.0.1/',
      'ws://127.0.0.1/',
      'data:text/plain,a',
      'javascript:alert(1)',
      'http+unix://%2Fvar%2Frun%2Fdocker.sock/info',
      'unix:/var/run/docker.sock',
    ],
  ],
];
const ROWS = TRICKS.flatMap(([refused, urls]) => urls.map(url => [url, refused] as const));

const WAYS: [string, (guard: Guard, url: string) => Promise<unknown>][] = [
  ['undici', async (guard, url) => request(url, { dispatcher: guard.dispatcher })],
  ['undici, in bulk', async (guard, url) => request(url, { dispatcher: guard.bulkDispatcher })],
  [
    'node:http',
    (guard, url) =>
      new Promise((answered, failed) => {
        const isSecure = /^https:/i.test(url);
        const options = { agent: isSecure ? guard.httpsAgent : guard.httpAgent };
        (isSecure ? https : http).get(url, options, answered).on('error', failed);
      }),
  ],
];

describe('no socket is opened', () => {
  const strict = createGuard({ allowPrivate: false }, resolve);
  /** Of an operator who allows all that can be allowed. */
  const generous = createGuard({ allowPrivate: ['0.0.0.0/0', '::/0'] }, resolve);
  afterAll(() => Promise.all([strict.close(), generous.close()]));

  test.each(ROWS)('%j: %s', async (url, refused) => {
    const isNeverAllowed = !['loopback', 'private', 'carrier'].includes(refused);
    for (const guard of isNeverAllowed ? [strict, generous] : [strict])
      for (const [way, get] of WAYS) {
        const error = await get(guard, url).then(
          () => expect.unreachable(`${way} was answered`),
          (reason: Error) => reason,
        );
        expect(outcomeOf(error), way).toContain(refused);
      }
  });

  function outcomeOf(error: Error & { code?: string }): string {
    if (error instanceof AddressRefused) return error.message;
    if (error instanceof PortRefused) return 'port';
    if (error.code === 'ERR_INVALID_URL') return 'no URL';
    if (/protocol/i.test(error.message)) return 'no HTTP';
    throw error;
  }
});
