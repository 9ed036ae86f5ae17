import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SETUP_SECTIONS } from '@mooring/contract';
import { joinSetup } from '@mooring/storage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCondition } from './conditions.ts';
import { corsRuleFor, mergeCorsRules } from './cors.ts';
import { documentFor } from './generate.ts';
import { sh } from './quote.ts';
import type { SetupSettings } from './schema.ts';
import {
  ACCOUNT_ID,
  CLIENT_ID,
  everything,
  hostile,
  hostileSettings,
  hostileWishes,
  plainly,
  runShell,
  SHAPES,
} from './testing.ts';

const script = (settings: SetupSettings) => joinSetup(documentFor(settings), 'az-cli', SETUP_SECTIONS);
const valuesOf = (calls: string[][], option: string) =>
  calls.flatMap(words => words.filter((_, i) => words[i - 1] === option));

test('a word stays one word in a shell, with any characters in it', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 50 }), texts => {
      const output = execFileSync('bash', ['--norc', '-c', `printf '%s\\0' ${texts.map(sh).join(' ')}`], {
        encoding: 'utf8',
        env: { LC_ALL: 'C.UTF-8' },
      });
      expect(output.split('\0').slice(0, -1)).toEqual(texts);
    }),
    { numRuns: 20 },
  );
});

describe('the commands for the Azure CLI', () => {
  test('are a shell script, and shellcheck has nothing to say', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mooring-shellcheck-'));
    try {
      const files = SHAPES.map((settings, i) => ({
        path: join(directory, `${i}.sh`),
        text: script(settings),
      }));
      for (const { path, text } of files) {
        await writeFile(path, text);
        execFileSync('bash', ['-n', path]);
      }
      // 2016: the backticks of JMESPath stand in single quotes because the shell must not expand them.
      const rules = ['--shell=sh', '--severity=style', '--exclude=2016', '--format=gcc'];
      const { stdout } = spawnSync('shellcheck', [...rules, ...files.map(({ path }) => path)], {
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('run to their end, without a word of complaint', async () => {
    for (const settings of SHAPES.slice(0, 8)) {
      const { code, stderr, calls } = await runShell(script(settings));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(calls.length).toBeGreaterThan(5);
    }
  });

  test('hand every value over as it is, and run nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(hostileSettings, async settings => {
        const { calls, files, canary, code, stderr } = await runShell(script(settings));
        expect({ code, stderr, canary, files }).toEqual({ code: 0, stderr: '', canary: false, files: [] });
        const { container, prefix } = settings.location;
        const containerId = `${ACCOUNT_ID}/blobServices/default/containers/${container}`;
        expect(valuesOf(calls, '--display-name')).toEqual([settings.identity.name]);
        expect(valuesOf(calls, '--scope')).toContain(containerId);
        expect(valuesOf(calls, '--subject-begins-with')).toEqual([
          `/blobServices/default/containers/${container}/blobs/${prefix}`,
        ]);
        if (settings.narrowing === 'abac')
          expect(valuesOf(calls, '--condition')).toContain(readCondition(container, [prefix]));
        const [parameters] = valuesOf(calls, '--parameters');
        expect(JSON.parse(parameters!)).toMatchObject({
          issuer: settings.identity.credential.federation.issuer,
        });
        if (settings.ownership.mark === 'marker-blob')
          expect(calls).toContainEqual(
            expect.arrayContaining([container, settings.ownership.markerKey, 'ws-abc']),
          );
        else expect(valuesOf(calls, '--url')).toContain(`${containerId}?api-version=2023-05-01`);
        const plain = await runShell(script(plainly<SetupSettings>(settings)));
        expect(calls.map(words => words.slice(0, 3))).toEqual(plain.calls.map(words => words.slice(0, 3)));
      }),
      { numRuns: 25 },
    );
  });

  test('come to the same calls for every wish, with any texts', async () => {
    await fc.assert(
      fc.asyncProperty(hostileWishes, async settings => {
        const named = 'APP_ID=app PRINCIPAL_ID=principal\n';
        const { calls, files, canary, code, stderr } = await runShell(named + script(settings));
        expect({ code, stderr, canary, files }).toEqual({ code: 0, stderr: '', canary: false, files: [] });
        const plain = await runShell(named + script(plainly(settings)));
        // An option and its value are a word each, so nothing has come to be more or fewer.
        const shapeOf = (all: string[][]) => all.map(words => [...words.slice(0, 3), words.length]);
        expect(shapeOf(calls)).toEqual(shapeOf(plain.calls));
      }),
      { numRuns: 25 },
    );
  });

  test('stop at the first failure, and grant nothing on an account that is not there', async () => {
    const [, , roles] = documentFor(
      everything({ identity: { kind: 'mooring-app', clientId: CLIENT_ID } }),
    ).sections;
    const missing = roles!.texts['az-cli'].text.replace('az storage account show', 'false');
    const { code, calls } = await runShell(missing);
    expect(code).not.toBe(0);
    expect(calls).toEqual([]);
  });

  test('say what to set where the id of the app is not known', async () => {
    const [, , roles] = documentFor(everything()).sections;
    const { code, stderr, calls } = await runShell(roles!.texts['az-cli'].text);
    expect(code).not.toBe(0);
    expect(stderr).toContain('Set APP_ID to the client id of the app.');
    expect(calls.map(words => words[1])).not.toContain('assignment');
  });
});

describe('against a stand-in for Azure Resource Manager', () => {
  const SERVICE = '/blobServices/default';
  const CONTAINER = '/blobServices/default/containers/photos';
  const theirs = (origin: string) => ({ ...corsRuleFor([origin]), allowedMethods: ['PUT'] });
  const text = (id: string, change = {}) =>
    documentFor(everything({ identity: { kind: 'user' }, ...change })).sections.find(s => s.id === id)!.texts[
      'az-cli'
    ].text;
  const stateWith = (corsRules: unknown[] | null, metadata?: Record<string, string>) => ({
    [SERVICE]: { properties: { isVersioningEnabled: true, ...(corsRules ? { cors: { corsRules } } : {}) } },
    [CONTAINER]: { properties: { publicAccess: 'None', ...(metadata ? { metadata } : {}) } },
  });

  test.each([
    ['no rules at all', null],
    ['an empty list', []],
    ['rules of others', [theirs('https://one.example'), { ...theirs('*'), allowedMethods: ['GET'] }]],
    ['the same rule', [corsRuleFor(['https://mooring.example'])]],
    ['four rules', ['a', 'b', 'c', 'd'].map(name => theirs(`https://${name}.example`))],
  ])('CORS goes before %s, as mergeCorsRules says, and only once', async (_, existing) => {
    const wanted = corsRuleFor(['https://mooring.example']);
    const once = await runShell(text('cors'), { state: stateWith(existing) });
    expect(once).toMatchObject({ code: 0, stderr: '' });
    expect(once.state[SERVICE]).toEqual({
      properties: {
        isVersioningEnabled: true,
        cors: { corsRules: mergeCorsRules(existing ?? [], wanted).rules },
      },
    });
    const twice = await runShell(text('cors'), { state: once.state });
    expect(twice.state).toEqual(once.state);
  });

  test('CORS leaves five rules alone, and says why', async () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map(name => theirs(`https://${name}.example`));
    const { code, stderr, state } = await runShell(text('cors'), { state: stateWith(five) });
    expect(code).toBe(1);
    expect(stderr).toContain('already has 5 CORS rules');
    expect(state).toEqual(stateWith(five));
  });

  test.each([
    ['none', undefined, 'ws-abc'],
    ['some', { owner: 'team-a' }, 'ws-abc'],
    ['another workspace', { mooring_owner: 'ws-other' }, 'ws-other,ws-abc'],
    ['this workspace among others', { mooring_owner: 'ws-other,ws-abc' }, 'ws-other,ws-abc'],
    ['one whose name begins alike', { mooring_owner: 'ws-abcd' }, 'ws-abcd,ws-abc'],
  ])('the mark goes beside the metadata that exists: %s', async (_, metadata, owners) => {
    const { code, stderr, state } = await runShell(text('ownership'), { state: stateWith([], metadata) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(state[CONTAINER]).toEqual({
      properties: { publicAccess: 'None', metadata: { ...metadata, mooring_owner: owners } },
    });
  });

  test.each([
    ['ws-abc', 'none'],
    ['ws-other,ws-abc;ws-third', 'ws-other,ws-third'],
    ["ws-abc it's' || `x` $(touch CANARY)", '||'],
  ])('the mark is taken out of “%s”', async (owners, left) => {
    const removal = text('removal', { eventQueue: null, origins: [] });
    const run = await runShell(removal, { state: stateWith([], { mooring_owner: owners }) });
    expect(run.canary).toBe(false);
    const { mooring_owner } = run.state[CONTAINER]!.properties.metadata as Record<string, string>;
    expect(mooring_owner).toBe(left === '||' ? 'none' : left);
  });

  test('taking it back leaves what others made', async () => {
    const before = stateWith([theirs('https://one.example')], { owner: 'team-a' });
    const made = await runShell(`${text('cors')}\n${text('ownership')}`, { state: before });
    expect(made.state[SERVICE]!.properties.cors).toEqual({
      corsRules: [corsRuleFor(['https://mooring.example']), theirs('https://one.example')],
    });
    // The queue is gone already: the rest is taken back all the same.
    const { stderr, state } = await runShell(text('removal'), { state: made.state });
    expect(stderr).toContain('ResourceNotFound: /queueServices/default/queues/mooring-events');
    expect(state[SERVICE]).toEqual(before[SERVICE]);
    expect(state[CONTAINER]!.properties.metadata).toEqual({ owner: 'team-a', mooring_owner: 'none' });
  });
});
