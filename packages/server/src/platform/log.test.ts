import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger, forPeople, redact } from './log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger({ level: 'trace', destination: { write: line => lines.push(line) } }));
  return lines;
}

const SIG = 'q8f3Zb+1/xYk0aPzL2mN4oR6tU8vW0yB2dF4hJ6lN8p=';
const SECRET = 'Zz9~topsecret-V4lue.with+odd';
const CODE = 'gT5wq8f3Zb1xYk0aPzL2mN4oR6tU8vW0yB2dF4hJ6lN';
const ENTRA = 'aB18Q~cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX3y';
const JWT = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJvaWQiOiIxIn0.c2lnbmF0dXJl';
const PEM = `-----BEGIN CERTIFICATE-----\nMIIDazCC\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQ==\n-----END PRIVATE KEY-----\n`;
const ACCOUNT_KEY = `${'Ab1+/'.repeat(17)}x==`;

/** Each text as it may stand in a message, a URL or a header, and the part of it that must not be seen. */
const TEXTS: Record<string, [text: string, secret: string]> = {
  'a SAS URL': [
    `https://acme.blob.core.windows.net/c/a.jpg?sv=1&sig=${encodeURIComponent(SIG)}&se=2`,
    'q8f3Zb',
  ],
  'a SAS with a raw signature': [`?sig=${SIG}&sv=1`, 'q8f3Zb'],
  'a SAS URL inside a URL': [
    `https://x/?u=${encodeURIComponent(`https://a/b?sp=r&sig=${encodeURIComponent(SIG)}`)}`,
    'q8f3Zb',
  ],
  'a short made-up signature': ['GET /c/a.jpg?sp=r&sig=abc123', 'abc123'],
  'a bare signature': [`the signature ${SIG} is wrong`, 'q8f3Zb'],
  'a bearer token': [`Authorization: Bearer ${SECRET}`, 'topsecret'],
  'a lone bearer token': [`sent Bearer ${SECRET} to it`, 'topsecret'],
  'a shared key': [`authorization: SharedKey acme:${SIG}`, 'q8f3Zb'],
  'an S3 URL': [
    `https://b/k?X-Amz-Credential=AKIA1/x&X-Amz-Signature=0f1e2d&X-Amz-Security-Token=IQoJ`,
    '0f1e2d',
  ],
  'an S3 credential': [`https://b/k?X-Amz-Credential=AKIA1%2Fx&X-Amz-Signature=0f1e2d`, 'AKIA1'],
  'a GCS URL': ['https://b/k?X-Goog-Algorithm=A&X-Goog-Signature=5b4a39', '5b4a39'],
  'a form': [`client_id=x&client_secret=${encodeURIComponent(SECRET)}&scope=y`, 'topsecret'],
  'a JSON body': [JSON.stringify({ client_secret: `"${SECRET}`, a: 1 }), 'topsecret'],
  'JSON in JSON': [JSON.stringify(JSON.stringify({ clientSecret: SECRET, sasToken: 'sv=1' })), 'topsecret'],
  'an inspected object': [inspect({ clientSecret: SECRET }), 'topsecret'],
  'an account key': [`DefaultEndpointsProtocol=https;AccountKey=${ACCOUNT_KEY};`, 'Ab1+/'],
  'a bare account key': [ACCOUNT_KEY, 'Ab1+/'],
  'a relay address': ['GET https://mooring.example/relay/AbC-123_x.y?z=1', 'AbC-123'],
  'an API token': [`token mrg_${CODE}`, CODE],
  'a sign-in link': [`https://mooring.example/sign-in#code=${CODE}`, CODE],
  'a cookie': [`cookie: theme=dark; mooring_session=${CODE}; x=y`, CODE],
  'a set-cookie header': [`set-cookie: mooring_session=${CODE}; Path=/`, CODE],
  'a JSON web token': [`assertion ${JWT} refused`, JWT.slice(10, 30)],
  'a client secret of Entra on its own': [`Invalid secret ${ENTRA}.`, ENTRA.slice(0, 12)],
  'an API token inside a URL': [encodeURIComponent(`"mrg_${CODE}"`), CODE],
  'a sign-in link inside a URL': [encodeURIComponent(`https://mooring.example/sign-in#code=${CODE}`), CODE],
  'a JSON web token inside a URL': [encodeURIComponent(`"${JWT}"`), JWT.slice(10, 30)],
  'a client secret of Entra inside a URL': [encodeURIComponent(`"${ENTRA}"`), ENTRA.slice(0, 12)],
  'a certificate with its key': [`sent ${PEM} to it`, 'MIIEv'],
  'a certificate with its key in JSON': [JSON.stringify({ certificatePem: PEM }), 'MIIEv'],
  'a private key in JSON': [JSON.stringify({ text: PEM }), 'MIIEv'],
  'a private key in a form': [new URLSearchParams({ a: PEM }).toString(), 'MIIEv'],
  'half a private key': [PEM.slice(0, PEM.indexOf('END PRIVATE')), 'MIIEv'],
  'a database URL': [`cannot reach postgres://me:p@ss@db:5432/mooring`, 'p@ss'],
};

/** Ways in which a value gets into a log entry. */
const CARRIERS: Record<string, (text: string) => string[]> = {
  message: text => logged(log => log.info(text)),
  'format argument': text => logged(log => log.info('it said %s', text)),
  'nested field': text => logged(log => log.info({ a: { b: [{ c: text }] } }, 'm')),
  'key of a field': text => logged(log => log.info({ [text]: 1 }, 'm')),
  binding: text => logged(log => log.child({ where: { url: text } }).info('m')),
  'header field': text => logged(log => log.info({ headers: { location: text } })),
  error: text => logged(log => log.error(new Error(text))),
  'cause of a cause': text =>
    logged(log =>
      log.error({ err: new Error('a', { cause: new Error('b', { cause: new Error(text) }) }) }, 'm'),
    ),
  'property of an error': text =>
    logged(log => log.warn({ err: Object.assign(new Error('a'), { request: { url: text } }) })),
  'aggregated error': text => logged(log => log.warn({ err: new AggregateError([new Error(text)], 'all') })),
};

describe.each(Object.entries(TEXTS))('%s', (_, [text, secret]) => {
  test('the text does hold it', () => expect(text).toContain(secret));

  test.each(Object.entries(CARRIERS))('is hidden in a %s', (_, carry) => {
    const lines = carry(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(lines[0]).toContain('[redacted]');
    expect(lines[0]).not.toContain(secret);
    expect(() => JSON.parse(lines[0]!)).not.toThrow();
  });
});

test.each([
  'clientSecret',
  'client_secret',
  'sasToken',
  'deliverySasToken',
  'Authorization',
  'Proxy-Authorization',
  'Cookie',
  'set-cookie',
  'X-Amz-Security-Token',
  'x-goog-signature',
  'accessToken',
  'password',
  'secretKey',
  'sig',
  'credential_sealed',
])('a field named %s is hidden with any value', name => {
  for (const value of ['hunter "2"', ['hunter', '2'], { deep: 'hunter' }, 'Basic hunter']) {
    expect(logged(log => log.info({ a: { [name]: value } })).join()).not.toContain('hunter');
  }
  expect(logged(log => log.info({ rawHeaders: [name, 'hunter 2'] })).join()).not.toContain('hunter');
});

test('the code of a sign-in request is hidden, codes of errors are not', () => {
  expect(logged(log => log.info({ body: { code: CODE } })).join()).not.toContain(CODE);
  expect(logged(log => log.info({ code: 'AuthorizationPermissionMismatch' })).join()).toContain(
    'AuthorizationPerm',
  );
});

test('what is no secret stays as it is', () => {
  for (const text of [
    'AuthorizationPermissionMismatch: This request is not authorized to perform this operation.',
    'https://acme.blob.core.windows.net/photos/design=1/a.jpg?sv=2025-11-05&se=2027-01-01&sp=r',
    'The signature (sig) has 4 characters; expected 44.',
    'con_01k9zq3v8w2m4n6p8r0t op_01k9zq3v8w2m4n6p8r0t 2026-11-22T01:10:00.000Z',
    'etag 0x8DC1F2E3D4C5B6A and MD5 rL0Y20zC+Fzt72VPzMSk2A==',
    'Set MOORING_SECRET_KEY, or restore the secret key.',
    'assigned relay/worker, passwordless, cookies',
  ]) {
    expect(redact(text)).toBe(text);
  }
});

test('entries keep their level, time, message and the chain of causes', () => {
  const [line] = logged(log =>
    log.error({ err: new Error('a', { cause: new TypeError('b') }), n: 1 }, 'it failed'),
  );
  expect(JSON.parse(line!)).toMatchObject({
    level: 'error',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    pid: process.pid,
    msg: 'it failed',
    n: 1,
    err: { type: 'Error', message: 'a', cause: { type: 'TypeError', message: 'b' } },
  });
});

test('a signature is hidden with any text around it', () => {
  const around = fc.string({ unit: 'binary', maxLength: 30 });
  fc.assert(
    fc.property(around, around, (before, after) => {
      const lines = logged(log =>
        log.info({ url: `${before}?sp=r&sig=${encodeURIComponent(SIG)}&${after}` }, after),
      );
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toContain('q8f3Zb');
    }),
  );
});

describe('cost', () => {
  /** How long this thread's processor was busy with it, in milliseconds, without what else the machine did. */
  function cpuMs(work: () => unknown): number {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  }

  test('an entry of megabytes is left out, and says so without its secrets', () => {
    const url = `?sig=abc123&x=${'sig=abc123&'.repeat(1_000_000)}`;
    let line: string | undefined;
    expect(cpuMs(() => ([line] = logged(log => log.info({ url }, 'm'))))).toBeLessThan(500);
    expect(line!.length).toBeLessThan(2000);
    expect(line).toContain('characters was left out');
    expect(line).not.toContain('abc123');
  });

  test('an entry that nests deeply is one line too', () => {
    let deep: unknown = '?sig=abc123';
    for (let i = 0; i < 50_000; i++) deep = [deep];
    const lines = logged(log => log.info({ deep }, 'm'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: expect.any(String) });
    expect(lines[0]).not.toContain('abc123');
  });

  test.each([
    ['names', 'sig'],
    ['assignments', 'sig='],
    ['quotes', 'sig="'],
    ['escapes', 'sig=\\"'],
    ['spaces', 'Bearer           '],
    ['tokens', '-eyJaaaaaaaaaaaa'],
    ['database URLs', 'postgres://a:'],
    ['Base64', 'Ab1+/'],
    ['tildes', 'abc8Q~'],
    ['cookies', 'cookie: '],
    ['headers', 'x-amz-'],
  ])('64 KB of %s take less than 200 ms', (_, unit) => {
    const text = unit.repeat(Math.ceil(65_536 / unit.length));
    expect(cpuMs(() => redact(text))).toBeLessThan(200);
  });

  test('an ordinary entry takes less than 0.2 ms', () => {
    const entry = {
      method: 'GET',
      url: '/v1/assets?limit=100',
      status: 200,
      headers: { accept: '*/*', host: 'x' },
    };
    const thousands = () =>
      logged(log => {
        for (let i = 0; i < 2000; i++) log.info(entry, 'answered');
      });
    expect(cpuMs(thousands) / 2000).toBeLessThan(0.2);
  });

  test('a long text keeps its beginning', () => {
    expect(redact('a'.repeat(100_000))).toMatch(/^a{65536}… \(34464 more characters\)$/);
  });
});

test('on a terminal an entry is one line of text: time, level, message, fields; secrets are redacted there too', () => {
  let text = '';
  const terminal = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const log = createLogger({ level: 'info', destination: forPeople(terminal) });
  log.info({ port: 7070 }, 'serving');
  log.warn({ err: new Error(`it sent Bearer ${SECRET}`) }, 'a request failed');
  expect(text).toMatch(
    /^\[\d\d:\d\d:\d\d\] INFO: serving \{"port":7070\}\n\[\d\d:\d\d:\d\d\] WARN: a request failed/,
  );
  expect(text).toContain('it sent Bearer');
  expect(text).not.toContain('topsecret');
});
