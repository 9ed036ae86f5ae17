import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type SetupRequest, type SetupSettings, setupRequest } from './schema.ts';

export const ACCOUNT_ID =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acme';
const PRINCIPAL_ID = '99999999-8888-4777-8666-555555555555';
export const CLIENT_ID = '11111111-2222-4333-8444-555555555555';

/** A request for everything there is, but for what `change` says. */
export const everything = (change: Partial<SetupRequest> = {}): SetupSettings =>
  setupRequest.parse({
    location: {
      account: 'acme',
      endpoint: 'https://acme.blob.core.windows.net',
      container: 'photos',
      prefix: '2026/',
    },
    identity: { kind: 'app', clientId: null, credential: { kind: 'secret' } },
    renditionPrefix: '.mooring/renditions/',
    origins: ['https://mooring.example'],
    ownership: { token: 'ws-abc' },
    eventQueue: 'mooring-events',
    ...change,
  });

const FEDERATION = {
  issuer: 'https://issuer.example',
  subject: 'system:serviceaccount:mooring:mooring',
  audience: 'api://AzureADTokenExchange',
};
/** Every identity, each with every way to sign in. */
export const IDENTITIES: SetupRequest['identity'][] = [
  ...[null, CLIENT_ID].flatMap(clientId =>
    [
      null,
      { kind: 'secret' as const },
      { kind: 'certificate' as const },
      { kind: 'federated' as const, federation: FEDERATION },
    ].map(credential => ({ kind: 'app' as const, clientId, credential })),
  ),
  { kind: 'mooring-app', clientId: CLIENT_ID },
  { kind: 'managed-identity', principalId: null },
  { kind: 'managed-identity', principalId: PRINCIPAL_ID },
  { kind: 'user' },
  { kind: 'sas', expiresOn: '2027-02-20', delivery: true },
];

/** One request of each shape that makes a difference to a text. */
export const SHAPES: SetupSettings[] = [
  ...IDENTITIES.flatMap(identity =>
    (['container', 'abac', 'custom-role'] as const).map(narrowing => everything({ identity, narrowing })),
  ),
  everything({ ownership: { token: 'ws-abc', mark: 'marker-blob', markerKey: '.mooring/owner-abc' } }),
  everything({ subscriptionId: CLIENT_ID, resourceGroup: 'rg-data' }),
  everything({ resourceGroup: 'rg-data' }),
  everything({ subscriptionId: CLIENT_ID }),
  everything({ origins: ['https://a.example', 'https://b.example:8443'] }),
  everything({ renditionPrefix: null, sign: false, origins: [], ownership: null, eventQueue: null }),
  ...[
    'acme.blob.core.usgovcloudapi.net',
    'acme.blob.core.chinacloudapi.cn',
    'acme.z07.blob.storage.azure.net',
  ].map(host =>
    everything({
      location: { account: 'acme', endpoint: `https://${host}`, container: '$web', prefix: '' },
    }),
  ),
];

const NASTY = [
  `'; touch CANARY; '`,
  '$(touch CANARY)',
  '`touch CANARY`',
  '"; touch CANARY; "',
  'a\'b"c`d$e\\f',
  '${HOME} %{if true}x%{endif} $${x} %%{y} $$ %',
  '‘curly’ ‚quotes‛ “too”',
  '\\',
  "\\'",
  '*?[a-z]{a,b}~',
  '!! !$ #comment // /* */',
  '// comment',
  'line\nbreak\r\ntab\there',
  '\'\'\'\n"""\n<<EOF\nEOF\n',
  '-option --name=x',
  ' spaces  inside ',
  'êé 画像 😀 \u{e000} \u2028',
  '@{x} @(x) <# #> --%',
  '@/etc/hostname',
  'a=@/etc/hostname',
  '=@- @-',
  "') OR (1 StringEquals '1",
  '` and press “Delete”. `',
  'photo\u202egnp.exe',
  '\u2066right\u2069 \u200fto\u200e left\u061c',
];
/** Texts made to break out of a quotation. Never empty; no NUL, which no command line can hold. */
export const hostile = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(text => !text.includes('\0')),
  fc
    .array(fc.constantFrom(...`'"\`$\\{}()%!;&|<>*?~#@-=,: \n\r\t‘’`, 'a', 'touch CANARY'), {
      minLength: 1,
      maxLength: 25,
    })
    .map(parts => parts.join('')),
);

/** Nothing can hand these over to the Azure CLI as they are. */
const canBeArgument = (text: string): boolean => !text.startsWith('@');

/** Settings as no schema lets them through: every text in them is hostile. */
export const hostileSettings = fc
  .record({
    container: hostile.filter(canBeArgument),
    prefix: hostile,
    renditionPrefix: hostile,
    name: hostile.filter(canBeArgument),
    markerKey: hostile.filter(canBeArgument),
    issuer: hostile,
    origin: hostile,
    marker: fc.boolean(),
    narrowing: fc.constantFrom('container' as const, 'abac' as const, 'custom-role' as const),
  })
  .map(({ container, prefix, renditionPrefix, name, markerKey, issuer, origin, marker, narrowing }) => ({
    ...everything(),
    narrowing,
    renditionPrefix,
    location: { ...everything().location, container, prefix },
    identity: {
      kind: 'app' as const,
      clientId: null,
      name,
      credential: {
        kind: 'federated' as const,
        federation: { issuer, subject: `subject ${issuer}`, audience: `audience ${issuer}` },
      },
    },
    origins: [origin],
    ownership: {
      token: 'ws-abc',
      mark: marker ? ('marker-blob' as const) : ('container-metadata' as const),
      markerKey,
    },
  }))
  .map(settings => settings satisfies SetupSettings);

/** The same with every identity, and hostile texts too where a schema lets only plain ones through. */
export const hostileWishes = fc
  .record({
    settings: hostileSettings,
    account: hostile.filter(canBeArgument),
    endpoint: hostile.filter(canBeArgument),
    subscriptionId: fc.option(hostile.filter(canBeArgument)),
    resourceGroup: fc.option(hostile.filter(canBeArgument)),
    token: hostile.filter(canBeArgument),
    eventQueue: hostile,
    id: hostile.filter(canBeArgument),
    writes: fc.boolean(),
    identity: fc.constantFrom(...IDENTITIES),
    sign: fc.boolean(),
  })
  .map(({ settings, account, endpoint, token, id, writes, identity, ...more }): SetupSettings => {
    const known = identity as SetupSettings['identity'];
    return {
      ...settings,
      ...more,
      location: { ...settings.location, account, endpoint },
      renditionPrefix: writes ? settings.renditionPrefix : null,
      ownership: { ...settings.ownership, token },
      identity: {
        ...known,
        ...(known.kind === 'app' && { name: settings.identity.name }),
        ...('clientId' in known && known.clientId !== null && { clientId: id }),
        ...('principalId' in known && known.principalId !== null && { principalId: id }),
        ...('expiresOn' in known && { expiresOn: id }),
        ...('credential' in known &&
          known.credential?.kind === 'federated' && { credential: settings.identity.credential }),
      } as SetupSettings['identity'],
    };
  });

const SAME = new Set(['kind', 'mark', 'narrowing', 'provider']);
/** The same wish with plain texts. */
export const plainly = <T>(value: T, name = ''): T =>
  (typeof value === 'string'
    ? SAME.has(name)
      ? value
      : `plain${name.toLowerCase().endsWith('prefix') ? '/' : ''}`
    : Array.isArray(value)
      ? value.map(item => plainly(item))
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainly(inner, key)]))
        : value) as T;

export interface ShellRun {
  code: number;
  stdout: string;
  stderr: string;
  /** The arguments of each call of `az`, as it reads them: an option and its value are two. */
  calls: string[][];
  /** The arguments in whose place the real `az` would read a file. */
  files: string[];
  /** Whether anything but `az` was run. */
  canary: boolean;
}

const RECORDER = `#!/bin/bash
printf '%s\\0' "$#" "$@" >> "$AZ_LOG"
case "$1 $2 $3" in
  'storage account show') echo ${ACCOUNT_ID} ;;
  'ad app create') echo ${CLIENT_ID} ;;
  'ad sp show'|'ad signed-in-user show') echo ${PRINCIPAL_ID} ;;
  'role definition list') echo role-id ;;
  'rest --method get') case "$*" in *length\\(*) echo 1 ;; *) echo '{"properties":{}}' ;; esac ;;
esac
`;

/** A stand-in for `az` that keeps account and container in a file, and answers queries as the real one does. */
const RESOURCE_MANAGER = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const jmespath = require(${JSON.stringify(createRequire(import.meta.url).resolve('jmespath'))});
const args = process.argv.slice(2).flatMap(word => /^--[a-z-]+=/.test(word) ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word]);
const option = name => args[args.indexOf(name) + 1];
if (args[0] === 'rest') {
  const state = JSON.parse(readFileSync(process.env.AZ_STATE, 'utf8'));
  const path = option('--url').split('?')[0].replace(${JSON.stringify(ACCOUNT_ID)}, '');
  if (!state[path]) { console.error('ResourceNotFound: ' + path); process.exit(3); }
  if (option('--method') === 'get') {
    const found = jmespath.search(state[path], option('--query'));
    console.log(option('--output') === 'tsv' ? found : JSON.stringify(found));
  } else {
    const { properties } = JSON.parse(option('--body'));
    state[path].properties = option('--method') === 'put' ? properties : { ...state[path].properties, ...properties };
    writeFileSync(process.env.AZ_STATE, JSON.stringify(state));
  }
} else if (args.slice(0, 3).join(' ') === 'storage account show') console.log(${JSON.stringify(ACCOUNT_ID)});
`;

/**
 * Runs a text in bash, with stand-ins for `az` and `date`, and nothing else to be found.
 * @param state what Azure Resource Manager holds, by path below the account; then queries are answered from it
 */
export async function runShell(
  text: string,
  { state }: { state?: object } = {},
): Promise<ShellRun & { state: Record<string, { properties: Record<string, unknown> }> }> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-setup-'));
  try {
    const bin = join(directory, 'bin');
    const [log, stateFile] = [join(directory, 'calls'), join(directory, 'state.json')];
    await mkdir(bin);
    await writeFile(log, '');
    await writeFile(stateFile, JSON.stringify(state ?? {}));
    await writeFile(join(bin, 'az'), state ? RESOURCE_MANAGER : RECORDER);
    await writeFile(join(bin, 'touch'), `#!/bin/bash\necho > "$CANARY"\n`);
    await writeFile(join(bin, 'date'), '#!/bin/bash\necho 2026-11-30T00:00Z\n');
    await Promise.all(['az', 'date', 'touch'].map(name => chmod(join(bin, name), 0o755)));
    const canary = join(directory, 'CANARY');
    const env = { PATH: bin, AZ_LOG: log, AZ_STATE: stateFile, CANARY: canary, LC_ALL: 'C.UTF-8' };
    const run = await new Promise<Pick<ShellRun, 'code' | 'stdout' | 'stderr'>>(resolve => {
      execFile('/bin/bash', ['--norc', '-c', text], { cwd: directory, env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
    const calls = readCalls(await readFile(log, 'utf8'));
    return {
      ...run,
      calls: calls.map(words => words.flatMap(readOption)),
      files: calls.flat().filter(word => FILE_ARGUMENT.test(word)),
      canary: await readFile(canary).then(
        () => true,
        () => false,
      ),
      state: JSON.parse(await readFile(stateFile, 'utf8')),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** As `_expand_file_prefixed_files` of azure-cli-core has it. */
const FILE_ARGUMENT = /^([^=]*=)?@./s;
const readOption = (word: string): string[] => /^(--[a-z-]+)=([\s\S]*)$/.exec(word)?.slice(1) ?? [word];

function readCalls(log: string): string[][] {
  const words = log.split('\0').slice(0, -1);
  const calls: string[][] = [];
  for (let at = 0; at < words.length; ) {
    const count = Number(words[at]);
    calls.push(words.slice(at + 1, at + 1 + count));
    at += 1 + count;
  }
  return calls;
}
