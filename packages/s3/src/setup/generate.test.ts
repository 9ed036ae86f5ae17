import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSetup } from './generate.ts';
import { policyFor } from './policy.ts';
import type { SetupRequest } from './schema.ts';

const TOKEN = 'mooring-0123456789abcdefgh';
const HOSTILE = `raw'; echo broken >&2; exit 9; '$(exit 9)\`exit 9\`"\${X}%{Y}/`;

const request = (more: Partial<SetupRequest> = {}): SetupRequest => ({
  location: {
    ...{ container: 'acme-media', prefix: 'raw/', region: 'eu-central-1', addressing: 'virtual' },
    ...{
      endpoint: 'https://s3.eu-central-1.amazonaws.com',
      browserEndpoint: '',
      payer: 'owner',
      bucketOwner: '',
    },
  },
  identity: { kind: 'role', principalArn: 'arn:aws:iam::111122223333:user/mooring', externalId: TOKEN },
  origins: ['https://mooring.example'],
  ...more,
});
const hostile = (): SetupRequest => {
  const { location } = request();
  return request({
    location: { ...location, prefix: HOSTILE },
    renditionPrefix: `${HOSTILE}r/`,
    eventQueue: 'changes',
  });
};
const textOf = (document: ReturnType<typeof generateSetup>, id: string, format = 'aws-cli') =>
  document.sections.find(section => section.id === id)!.texts[format as 'aws-cli'].text;

describe('the policy', () => {
  test('grants listing and reading below the prefix, and no more', () => {
    expect(policyFor({ location: request().location, renditionPrefix: null, markerKeys: [] })).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::acme-media' },
          Condition: { StringLike: { 's3:prefix': ['raw/*'] } },
        },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::acme-media/raw/*'] },
      ],
    });
  });

  test('takes signs of patterns in a prefix for themselves', () => {
    const { location } = request();
    const policy = policyFor({
      location: { ...location, prefix: 'a*b?$c/' },
      renditionPrefix: null,
      markerKeys: [],
    });
    expect(JSON.stringify(policy)).toMatch(/a\$\{\*\}b\$\{\?\}\$\{\$\}c\/\*/);
  });
});

describe('the commands', () => {
  let bin: string;
  beforeAll(() => {
    bin = mkdtempSync(join(tmpdir(), 'mooring-aws-'));
    // Stands in for the CLI: writes down each call with its words, and answers what a bucket with a rule would.
    writeFileSync(
      join(bin, 'aws'),
      `#!/bin/sh
printf '%s\\0' "$@" >> "$CALLS"; printf '\\n' >> "$CALLS"
case "$*" in
  *get-bucket-cors*) [ -z "$NO_RULES" ] || { echo "NoSuchCORSConfiguration" >&2; exit 254; }
    [ -z "$REFUSED" ] || { echo "AccessDenied" >&2; exit 254; }
    echo '{"CORSRules":[]}' ;;
  *get-bucket-notification-configuration*) echo '{"TopicConfigurations":[]}' ;;
  *get-queue-attributes*) echo arn:aws:sqs:eu-central-1:444455556666:changes ;;
  *get-caller-identity*) echo 444455556666 ;;
esac
`,
    );
    chmodSync(join(bin, 'aws'), 0o755);
  });
  afterAll(() => rmSync(bin, { recursive: true }));

  function run(text: string, env: Record<string, string> = {}) {
    const calls = join(bin, 'calls');
    writeFileSync(calls, '');
    const { status, stderr } = spawnSync('bash', ['--norc', '-c', text], {
      env: { PATH: `${bin}:/usr/bin:/bin`, CALLS: calls, ...env },
      encoding: 'utf8',
    });
    const words = readFileSync(calls, 'utf8').split('\n').slice(0, -1);
    return { status, stderr, calls: words.map(line => line.split('\0').slice(0, -1)) };
  }
  const documents = (): ReturnType<typeof generateSetup>[] => [
    generateSetup(hostile()),
    generateSetup({ ...hostile(), identity: { kind: 'user' } }),
    generateSetup({
      ...hostile(),
      identity: {
        kind: 'web-identity',
        issuer: 'https://issuer.example',
        subject: HOSTILE,
        audience: HOSTILE,
      },
      ownership: { token: TOKEN, markerKey: `.mooring/${HOSTILE}` },
    }),
  ];

  test('run in a shell, and no value breaks out of its word', () => {
    for (const document of documents()) {
      for (const { id } of document.sections.filter(({ id }) => id !== 'start')) {
        const { status, stderr } = run(textOf(document, id));
        expect([id, status, stderr.replace('The issuer may be known already.\n', '')]).toEqual([id, 0, '']);
      }
    }
  });

  test('give the identity exactly the policy', () => {
    const { calls } = run(textOf(generateSetup(hostile()), 'roles'));
    const given = calls[0]![calls[0]!.indexOf('--policy-document') + 1]!;
    const { location, renditionPrefix } = hostile();
    expect(JSON.parse(given)).toEqual(
      policyFor({ location, renditionPrefix: renditionPrefix!, markerKeys: [] }),
    );
  });

  test('put the rule before those that the bucket has, and keep them', () => {
    const text = textOf(generateSetup(request()), 'cors');
    const merged = run(text);
    expect(merged.calls.map(call => call[1])).toEqual([
      'get-bucket-cors',
      'get-bucket-cors',
      'put-bucket-cors',
    ]);
    const query = merged.calls[1]![merged.calls[1]!.indexOf('--query') + 1]!;
    expect(query).toMatch(
      /^\{CORSRules: \[\[`\{"ID":"mooring".*\}`\], CORSRules\[\?ID!=`"mooring"`\]\]\[\]\}$/,
    );
    const first = run(text, { NO_RULES: '1' });
    expect(first.calls.map(call => call[1])).toEqual(['get-bucket-cors', 'put-bucket-cors']);
    expect(JSON.parse(first.calls[1]!.at(-1)!)).toMatchObject({ CORSRules: [{ ID: 'mooring' }] });
  });

  test('add one notification to those of the bucket, and let this bucket alone send to the queue', () => {
    const { calls } = run(textOf(generateSetup(hostile()), 'events'));
    const of = (name: string) => calls.find(call => call[1] === name)!;
    expect(calls.map(call => call[1])).toEqual([
      'create-queue',
      'get-queue-attributes',
      'get-caller-identity',
      'set-queue-attributes',
      'put-role-policy',
      'get-bucket-notification-configuration',
      'put-bucket-notification-configuration',
    ]);
    const arn = 'arn:aws:sqs:eu-central-1:444455556666:changes';
    const { Policy } = JSON.parse(of('set-queue-attributes').at(-1)!);
    expect(JSON.parse(Policy).Statement).toEqual([
      {
        ...{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' } },
        ...{ Action: 'sqs:SendMessage', Resource: arn },
        Condition: {
          ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::acme-media' },
          StringEquals: { 'aws:SourceAccount': '444455556666' },
        },
      },
    ]);
    expect(JSON.parse(of('put-role-policy').at(-1)!).Statement[0]).toMatchObject({
      ...{ Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: arn },
    });
    const query = of('get-bucket-notification-configuration').at(-1)!;
    const [, ours] = /^merge\(@, \{QueueConfigurations: \[\[`(.*)`\], QueueConf.*\]\[\]\}\)$/.exec(query)!;
    const filter = {
      Key: {
        FilterRules: [
          { Name: 'prefix', Value: `${encodeURIComponent(HOSTILE.slice(0, -1)).replaceAll('%20', '+')}/` },
        ],
      },
    };
    expect(JSON.parse(ours!)).toMatchObject({ Id: 'mooring-changes', QueueArn: arn, Filter: filter });
    expect(of('put-bucket-notification-configuration').at(-1)).toContain('TopicConfigurations');
  });

  test('put nothing where the rules cannot be read', () => {
    const refused = run(textOf(generateSetup(request()), 'cors'), { REFUSED: '1' });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('AccessDenied') });
    expect(refused.calls).toHaveLength(1);
  });
});

test('a storage without queues of Amazon’s gets no commands for one', () => {
  const { location } = request();
  const elsewhere = { ...location, endpoint: 'https://minio.lab:9000' };
  const document = generateSetup(request({ location: elsewhere, eventQueue: 'changes' }));
  expect(JSON.stringify(document.sections)).not.toContain('sqs');
});

test('no section makes a role that trusts Mooring without an external id', () => {
  const { sections } = generateSetup(
    request({ identity: { kind: 'role', principalArn: null, externalId: null } }),
  );
  expect(sections.map(({ id }) => id)).not.toContain('identity');
});

test('a storage that is not Amazon’s gets its policy and the rules for pages, with its endpoint', () => {
  const { location } = request();
  const document = generateSetup(
    request({ location: { ...location, endpoint: 'https://minio.lab:9000' }, identity: { kind: 'user' } }),
  );
  expect(document.sections.map(({ id }) => id)).toEqual(['roles', 'cors', 'removal']);
  expect(textOf(document, 'cors')).toContain('--endpoint-url');
});
