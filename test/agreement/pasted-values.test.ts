import { azure } from '@mooring/azure';
import { azureCli } from '@mooring/azure/cli';
import { createAppCertificate } from '@mooring/emulators';
import { s3 } from '@mooring/s3';
import { s3Cli } from '@mooring/s3/cli';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCommandLine } from './command-line.ts';
import { judgeInForm } from './form.ts';
import { openServer } from './server.ts';
import { NASTY, textsLike } from './texts.ts';
import type { Typed, Verdict } from './verdict.ts';

/** Of each field, after the texts that come in every run. */
const RANDOM_RUNS = 30;

const GUID = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';
const SIGNATURE = `${'A'.repeat(43)}%3D`;
const sas = (fields: string) =>
  `sv=2025-11-05&ss=b&se=2027-01-01T00:00:00Z&spr=https&${fields}&sig=${SIGNATURE}`;

/** What each storage kind accepts, by the names of its fields. The first of each stands in the other fields. */
const KINDS = [
  {
    kind: azure,
    cli: azureCli,
    /** Every way is offered. */
    settings: {
      azureAuthorityHost: 'https://login.example',
      appClientId: GUID,
      appClientSecret: 'a-secret-of-the-installation',
      appCertificateFile: null,
      federatedTokenFile: '/nowhere/token',
      managedIdentity: true,
      azureCli: true,
      secretKeyVault: null,
    } as Record<string, unknown>,
    /** The way that stands beside a location. */
    way: 'azure-sas',
    location: {
      account: ['acme', 'a1b', 'a'.repeat(24)],
      container: ['photos', '$web', 'a-b', '123', 'a'.repeat(63)],
      prefix: ['', 'raw/2026/', '"quoted"/é/', 'a b', 'x'.repeat(1024)],
      endpoint: ['', 'https://acme.blob.core.windows.net', 'https://acme.z01.blob.storage.azure.net'],
    },
    addresses: [
      'https://acme.blob.core.windows.net/photos',
      'https://acme.blob.core.windows.net/photos/raw/2026/a%20b.jpg?sv=1#x',
      `https://acme.blob.core.windows.net/photos?${sas('srt=co&sp=rl')}`,
      'abfss://photos@acme.dfs.core.windows.net/raw/',
      'acme.blob.core.windows.net/photos',
      'http://127.0.0.1:10000/devstoreaccount1/photos',
      'acme/photos/raw',
    ],
    credential: {
      tenantId: [GUID, 'contoso.onmicrosoft.com', 'example.xn--p1ai'],
      clientId: [GUID, GUID.toUpperCase()],
      clientSecret: ['aB8~Q.secret-of_an.app', '@secret', '-secret'],
      certificatePem: [] as string[],
      sasToken: [
        sas('srt=co&sp=rl'),
        `?${sas('srt=sco&sp=rwl')}`,
        `https://acme.blob.core.windows.net/?${sas('srt=co&sp=rl')}`,
      ],
      deliverySasToken: [sas('srt=o&sp=r'), sas('srt=co&sp=r')],
    } as Record<string, string[]>,
  },
  {
    kind: s3,
    cli: s3Cli,
    settings: {
      awsAccessKeyId: 'AKIAMOORINGEXAMPLE00',
      awsSecretAccessKey: 'a-secret-of-the-installation',
      awsPrincipalArn: 'arn:aws:iam::111122223333:user/mooring',
      awsWebIdentityTokenFile: '/nowhere/token',
      awsStsEndpoint: 'https://sts.example',
    },
    way: 's3-keys',
    location: {
      container: ['photos', 'a.b-c', '123', 'a'.repeat(63)],
      prefix: ['raw/2026/', '', '"quoted"/é/', 'a b', 'x'.repeat(1024)],
      endpoint: ['', 'https://minio.example:9000', 'https://s3.eu-central-1.amazonaws.com'],
      region: ['', 'eu-central-1'],
      addressing: ['', 'path', 'virtual'],
      browserEndpoint: ['', 'https://media.example'],
      payer: ['', 'owner', 'requester'],
      bucketOwner: ['', '111122223333'],
    },
    addresses: [
      's3://photos/raw/2026/',
      'arn:aws:s3:::photos',
      'https://photos.s3.eu-central-1.amazonaws.com/raw/a%20b.jpg?X-Amz-Expires=1',
      'https://s3.eu-central-1.amazonaws.com/photos',
      'https://minio.example:9000/photos/raw/',
      'photos/raw',
    ],
    credential: {
      roleArn: ['arn:aws:iam::111122223333:role/Mooring'],
      accessKeyId: ['mooring', 'A1B2C3D4'],
      secretAccessKey: ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '@secret', '-secret-'],
      sessionToken: ['FwoGZXIvYXdzEXAMPLETOKEN=='],
      expiresAt: ['', '2027-01-01T00:00:00Z'],
    } as Record<string, string[]>,
  },
];
type Subject = (typeof KINDS)[number];

beforeAll(async () => {
  const { pem } = await createAppCertificate({
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2028-01-01T00:00:00Z'),
  });
  KINDS[0]!.credential.certificatePem = [pem, pem.replaceAll('\n', '\r\n')];
});

/** A file is only looked into by the form and the command line: that its keys are keys is for the server to see. */
const servedOnly = ({ kind }: Subject, way: string, verdict: Verdict): boolean =>
  kind.credentials.ways
    .find(({ id }) => id === way)!
    .fields.some(({ name, file }) => file !== undefined && verdict === `credential.${name}`);

describe.each(KINDS)('what is typed for $kind.id', subject => {
  const { kind, cli, settings, way: besideLocation, location: parts, addresses } = subject;
  let server: Awaited<ReturnType<typeof openServer>>;
  beforeAll(async () => {
    server = await openServer(settings);
  });
  afterAll(() => server?.close());

  const place = () => Object.fromEntries(Object.entries(parts).map(([name, texts]) => [name, texts[0]!]));
  const fieldsOf = (way: string) => kind.credentials.ways.find(({ id }) => id === way)!.fields;
  const soundCredential = (way: string): Typed['credential'] => ({
    ...Object.fromEntries(fieldsOf(way).map(({ name }) => [name, subject.credential[name]![0]!])),
    kind: way,
  });

  /**
   * Asks all three, and remembers what they said, so that a test sees both verdicts.
   * @param examples come in every run, before random ones
   */
  async function agree(
    cases: fc.Arbitrary<Typed>,
    examples: Typed[],
    asSaid: (verdict: Verdict) => Verdict = said => said,
  ) {
    const judgeInCli = await startCommandLine(cli);
    const said = new Set<Verdict>();
    const property = fc.asyncProperty(cases, async typed => {
      const form = asSaid(judgeInForm(kind, typed));
      const commandLine = asSaid(await judgeInCli(typed));
      const onServer = asSaid(server.judge(kind.id, typed));
      said.add(onServer);
      expect({ form, commandLine }).toEqual({ form: commandLine, commandLine });
      if (form === 'accepted' && servedOnly(subject, typed.credential.kind, onServer)) return;
      expect({ form, onServer }).toEqual({ form: onServer, onServer });
    });
    await fc.assert(property, {
      examples: examples.map(typed => [typed]),
      numRuns: examples.length + RANDOM_RUNS,
    });
    return said;
  }

  /** The same for one text of what is typed. */
  const agreeOn = (
    sound: readonly string[],
    toTyped: (text: string) => Typed,
    asSaid?: (verdict: Verdict) => Verdict,
  ) => agree(textsLike(sound).map(toTyped), [...sound, ...NASTY].map(toTyped), asSaid);

  test.each(Object.keys(parts))('%s of a location', async part => {
    const credential = soundCredential(besideLocation);
    const said = await agreeOn(parts[part as keyof typeof parts]!, text => ({
      location: { ...place(), [part]: text },
      credential,
    }));
    expect(said.size).toBeGreaterThan(1);
  });

  test('an address of a location', async () => {
    const credential = soundCredential(besideLocation);
    const [first] = addresses;
    const said = await agreeOn(
      addresses,
      // No address at all is no pasted value: each asks for one in its own way.
      text => ({
        location: { [kind.location.address.name]: text.trim() === '' ? first! : text },
        credential,
      }),
      // The form shows the parts of an address, and names the part.
      verdict => (verdict === 'accepted' ? verdict : 'location.address'),
    );
    expect(said).toEqual(new Set(['accepted', 'location.address']));
  });

  const fields = kind.credentials.ways.flatMap(({ id, fields }) =>
    fields.map(({ name }) => [id, name] as const),
  );
  test.each(fields)('%s: %s', async (way, name) => {
    const said = await agreeOn(subject.credential[name]!, text => ({
      location: place(),
      credential: { ...soundCredential(way), [name]: text },
    }));
    expect(said).toEqual(new Set(['accepted', `credential.${name}`]));
  });

  test.each(kind.credentials.ways.map(({ id }) => id))('%s as a whole', async way => {
    const texts = fieldsOf(way).map(({ name }) =>
      textsLike(subject.credential[name]!).map(text => [name, text] as const),
    );
    const cases = fc.tuple(...texts).map(given => ({
      location: place(),
      credential: { ...Object.fromEntries(given), kind: way },
    }));
    await agree(cases, [{ location: place(), credential: soundCredential(way) }]);
  });
});
