import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACTIONS, includesRole, ROLES } from '@mooring/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';

const entry = fileURLToPath(new URL('../../scripts/docs/main.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-docs-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Builds the site of a folder. */
function build(...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [entry, '--out', join(folder, 'site'), ...args], (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

test('no document has a dead link, a dead anchor or a missing picture', async () => {
  expect(await build()).toEqual({ code: 0, stderr: '' });
});

test('the guide of people has the table of roles that the server goes by', async () => {
  const guide = await readFile(new URL('../../docs/guides/people.md', import.meta.url), 'utf8');
  const rows = Object.values(ACTIONS).map(({ role, what }) => {
    const answers = ROLES.map(one => (includesRole(one, role) ? 'yes' : '–'));
    return `| ${[what, ...answers].join(' | ')} |`;
  });
  expect(guide.split('\n').filter(line => line.endsWith('| yes |'))).toEqual(rows);
});

test('each kind of dead link is named', async () => {
  await write({
    'README.md': [
      '# Read me',
      '[a](docs/guides/a.md) [a part](docs/guides/a.md#two-words) [here](#read-me) [web](https://example.com/x#y)',
      '[gone](docs/gone.md) [no part](docs/guides/a.md#three) ![no picture](docs/gone.webp) [folder](docs)',
      '[root](/docs/guides/a.md) [out](../README.md) [not here](#nowhere) [license](LICENSE)',
    ].join('\n\n'),
    'docs/guides/a.md': '# A\n\n## Two `words`\n\n[up](../../README.md#read-me)\n\n## Two words\n',
    LICENSE: 'free',
  });
  const { code, stderr } = await build('--root', folder);
  expect(stderr.trim().split('\n')).toEqual([
    '✗ README.md: docs/gone.md: there is no file docs/gone.md',
    '✗ README.md: docs/guides/a.md#three: docs/guides/a.md has no heading with this anchor',
    '✗ README.md: docs/gone.webp: there is no file docs/gone.webp',
    '✗ README.md: docs: it leads to a folder: link to a page in it',
    '✗ README.md: /docs/guides/a.md: a link to a file must be relative',
    '✗ README.md: ../README.md: it leads out of the repository',
    '✗ README.md: #nowhere: README.md has no heading with this anchor',
  ]);
  expect(code).toBe(1);
});

test('links of the site lead to its pages, and what they show is copied', async () => {
  await write({
    'README.md': '# Read me\n\n[a part](docs/guides/a.md#two) [license](LICENSE)',
    'docs/guides/a.md': '# A <b>\n\n## Two\n\n[up](../../README.md)',
    LICENSE: 'free',
  });
  expect(await build('--root', folder)).toEqual({ code: 0, stderr: '' });
  const built = (path: string) => readFile(join(folder, 'site', path), 'utf8');
  expect(await built('index.html')).toContain('<a href="docs/guides/a.html#two">a part</a>');
  expect(await built('docs/guides/a.html')).toContain('<a href="../../index.html">up</a>');
  expect(await built('docs/guides/a.html')).toContain('<h1 id="a-b">A &lt;b&gt;</h1>');
  expect(await built('LICENSE')).toBe('free');
  expect(await built('site/search-index.js')).toContain('docs/guides/a.html#two');
});

test('a page that the navigation does not know is named', async () => {
  await write({ 'README.md': '# Read me', 'notes/lost.md': '# Lost' });
  const { code, stderr } = await build('--root', folder);
  expect(stderr).toContain('No section of the navigation has notes/lost.md.');
  expect(code).toBe(1);
});

test('the index of the decisions links to every note', async () => {
  const directory = fileURLToPath(new URL('../../docs/decisions/', import.meta.url));
  const index = await readFile(join(directory, 'README.md'), 'utf8');
  const notes = (await readdir(directory)).filter(name => name !== 'README.md');
  expect(notes.filter(name => !index.includes(`](${name})`))).toEqual([]);
});
