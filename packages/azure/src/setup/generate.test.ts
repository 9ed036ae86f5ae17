import { SETUP_SECTIONS, setupDocument } from '@mooring/contract';
import { joinSetup } from '@mooring/storage';
import { describe, expect, test } from 'vitest';
import { generateSetup } from './generate.ts';
import { azOption } from './quote.ts';
import { SETUP_FORMATS, type SetupRequest, setupRequest } from './schema.ts';
import { CLIENT_ID, everything, SHAPES } from './testing.ts';

const location = {
  account: 'acme',
  endpoint: 'https://acme.blob.core.windows.net',
  container: 'photos',
  prefix: '',
};
const sectionsOf = (request: Parameters<typeof generateSetup>[0]) =>
  generateSetup(request).sections.map(({ id }) => id);
const text = (
  request: Parameters<typeof generateSetup>[0],
  id: string,
  format: (typeof SETUP_FORMATS)[number] = 'az-cli',
) => generateSetup(request).sections.find(section => section.id === id)!.texts[format].text;

describe('the document', () => {
  test('holds the parts that are wanted, in order', () => {
    expect(sectionsOf(everything())).toEqual([...SETUP_SECTIONS]);
    expect(sectionsOf({ location, identity: { kind: 'mooring-app', clientId: CLIENT_ID } })).toEqual([
      'start',
      'identity',
      'roles',
      'removal',
    ]);
    expect(sectionsOf({ location, identity: { kind: 'sas', expiresOn: '2027-02-20' } })).toEqual([
      'start',
      'identity',
      'removal',
    ]);
  });

  test('is as the contract says, with no text empty', () => {
    for (const settings of SHAPES) {
      const document = generateSetup(settings);
      expect(setupDocument.parse(document)).toEqual(document);
      for (const { id, texts } of document.sections) {
        for (const format of SETUP_FORMATS) {
          const empty = texts[format].text.trim() === '';
          // Nothing remains to be taken back where nothing was made.
          if (id !== 'removal')
            expect(empty, `${id} ${format} ${JSON.stringify(settings.identity)}`).toBe(false);
        }
      }
    }
  });

  test('grants by role id the least that is wanted', () => {
    const roles = (change: object) => text(everything({ renditionPrefix: null, ...change }), 'roles');
    const ids = (script: string) => [...script.matchAll(/--role (\S+)/g)].map(([, role]) => role);
    expect(ids(roles({}))).toEqual([
      '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
      'db58b8e5-c6ad-4a2a-8342-4190687cbf4a',
    ]);
    expect(ids(roles({ sign: false }))).toEqual(['2a2b9908-6ea1-4ae2-8e65-a410df84e7d1']);
    expect(ids(roles({ narrowing: 'abac' }))).toEqual(['2a2b9908-6ea1-4ae2-8e65-a410df84e7d1']);
    expect(roles({ narrowing: 'abac' })).toContain('--condition-version 2.0');
    expect(roles({})).not.toContain('--condition');
    const custom = roles({ narrowing: 'custom-role', renditionPrefix: 'r/' });
    expect(custom).toContain('/containers/blobs/write"');
    expect(custom).not.toMatch(/containers\/(write|delete)"|ba92f5b4/);
  });

  test('says in plain words what will be possible, and what not', () => {
    const { can, cannot } = generateSetup({
      location: { ...location, prefix: '2026/' },
      identity: { kind: 'mooring-app', clientId: CLIENT_ID },
      narrowing: 'abac',
    });
    expect(can).toEqual([
      'List and read what begins with `2026/` in the container `photos` of `acme`.',
      'Sign URLs that open one object each, for minutes.',
    ]);
    expect(cannot).toContain('Write, change or delete anything.');
    expect(cannot).toContain('Read other containers; it can see their names.');
    // What the built-in role brings along is not kept quiet.
    const deletesContainer = expect.stringMatching(/^Change or delete the container itself/);
    expect(generateSetup(everything()).can).toContainEqual(deletesContainer);
    expect(generateSetup(everything({ narrowing: 'custom-role' })).can).not.toContainEqual(deletesContainer);
    expect(generateSetup(everything()).can).toContain(
      'List and read all of the container `photos` of `acme`.',
    );
  });

  test.each([
    ['usgovcloudapi.net', 'AzureUSGovernment', 'usgovernment', 'https://portal.azure.us'],
    ['chinacloudapi.cn', 'AzureChinaCloud', 'china', 'https://portal.azure.cn'],
  ])('names the cloud of %s', (domain, azure, terraform, portal) => {
    const request = {
      location: { ...location, endpoint: `https://acme.blob.core.${domain}` },
      identity: { kind: 'mooring-app' as const, clientId: CLIENT_ID },
    };
    expect(text(request, 'start')).toContain(`az cloud set --name ${azure}`);
    expect(text(request, 'start', 'powershell')).toContain(`-Environment '${azure}'`);
    expect(text(request, 'start', 'terraform')).toContain(`environment = "${terraform}"`);
    expect(text(request, 'start', 'portal')).toContain(portal);
  });

  test('uses the name of the account, at every endpoint', () => {
    for (const endpoint of ['https://acme.z07.blob.storage.azure.net', 'https://files.acme.example']) {
      expect(text({ ...everything(), location: { ...location, endpoint } }, 'roles')).toContain(
        'az storage account show --name acme ',
      );
    }
  });
});

test('joined, it leaves out the removal unless that is asked for', () => {
  const document = generateSetup(everything());
  const all = joinSetup(document, 'az-cli');
  expect(all).toContain('# Grant the roles');
  expect(all).not.toContain('az role assignment delete');
  expect(joinSetup(document, 'az-cli', ['removal'])).toContain('az role assignment delete');
});

test('joined, what a format cannot do stands in comments, and alone in its own language', () => {
  const document = generateSetup(everything());
  expect(joinSetup(document, 'bicep', ['start', 'removal'])).toContain('// In a shell:\n//   ( set -eu\n');
  expect(joinSetup(document, 'bicep', ['removal'])).toMatch(/^# Remove everything\n\( set -eu\n/);
  expect(joinSetup(document, 'portal', ['cors'])).toMatch(
    /^Let browsers load from the storage\n1\. In the storage/,
  );
});

test.each([
  [{ location: { ...location, container: "x'; rm -rf /" } }, ['location', 'container']],
  [{ location: { ...location, account: 'Acme' } }, ['location', 'account']],
  [{ location: { ...location, prefix: 'a\0b' } }, ['location', 'prefix']],
  [{ origins: ['https://mooring.example/'] }, ['origins', 0]],
  [{ resourceGroup: 'a b' }, ['resourceGroup']],
  [{ subscriptionId: 'mine' }, ['subscriptionId']],
  [{ renditionPrefix: 'renditions' }, ['renditionPrefix']],
  [{ eventQueue: 'Queue' }, ['eventQueue']],
  [{ identity: { kind: 'app', clientId: null, name: '--name', credential: null } }, ['identity', 'name']],
  [{ ownership: { token: 'a b' } }, ['ownership', 'token']],
])('a request is refused: %j', (change, path) => {
  const { error } = setupRequest.safeParse({ ...everything(), ...change });
  expect(error?.issues.map(issue => issue.path)).toEqual([path]);
});

test.each<[string, Partial<SetupRequest>]>([
  ['identity.name', { identity: { kind: 'app', clientId: null, name: '@/etc/passwd', credential: null } }],
  ['ownership.markerKey', { ownership: { token: 'ws-abc', mark: 'marker-blob', markerKey: '@eaDir/owner' } }],
])('%s must not begin with “@”, for which the Azure CLI would read a file', (path, change) => {
  const parse = setupRequest.safeParse({ ...everything(), ...change });
  expect(parse.error?.issues).toEqual([
    expect.objectContaining({
      path: path.split('.'),
      message: expect.stringContaining('no “@” at the beginning'),
    }),
  ]);
});

test('a value that begins with “@” never becomes an argument of the Azure CLI', () => {
  expect(() => azOption('name', '@/etc/passwd')).toThrow(RangeError);
  expect(azOption('subject-begins-with', 'a=@/etc/passwd')).toBe("--subject-begins-with='a=@/etc/passwd'");
});
