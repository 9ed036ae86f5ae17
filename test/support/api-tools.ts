// What others make from the description of the API: a client in TypeScript, one in Python, and a tester.
import { execFile } from 'node:child_process';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import openapiTypeScript, { astToString } from 'openapi-typescript';
import { pythonWithApiTools } from './python.ts';
import { temporaryDirectory } from './temporary.ts';

const run = promisify(execFile);
const program = (name: string): string => fileURLToPath(new URL(`../clients/${name}`, import.meta.url));
const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
/** Where the program finds what it imports. */
const nodeModules = fileURLToPath(new URL('../..', import.meta.resolve('openapi-fetch')));

/** What openapi-python-client cannot know: which media types are bytes. */
const PYTHON_CLIENT_SETTINGS = {
  package_name_override: 'mooring_api',
  content_type_overrides: {
    'image/webp': 'application/octet-stream',
    'image/avif': 'application/octet-stream',
  },
  post_hooks: [],
};

/** Where and as whom a program calls. */
export type Environment = Record<'MOORING_URL' | 'MOORING_TOKEN' | 'CONNECTION_ID', string>;

/** Compiles a program against the types that openapi-typescript makes, and runs it. @returns what it says, as JSON */
export async function callWithTypeScript(environment: Environment): Promise<unknown> {
  const folder = await temporaryDirectory('typescript');
  const at = (name: string) => join(folder.path, name);
  const types = await openapiTypeScript(new URL('/v1/openapi.json', environment.MOORING_URL), {
    defaultNonNullable: false, // what has a default may be left out
    silent: true,
  });
  await writeFile(at('api.d.ts'), astToString(types));
  await copyFile(program('generated-calls.txt'), at('calls.mts'));
  await symlink(nodeModules, at('node_modules'));
  const options = ['--strict', '--target', 'es2024', '--lib', 'es2024,dom', '--module', 'nodenext'];
  await runIn(folder.path, compiler, [...options, 'calls.mts']);
  const said = await runIn(folder.path, process.execPath, ['calls.mjs'], environment);
  await folder.remove();
  return JSON.parse(said);
}

/** Runs a program with the client that openapi-python-client makes. @returns what it says, as JSON */
export async function callWithPython(environment: Environment): Promise<unknown> {
  const python = await pythonWithApiTools();
  const folder = await temporaryDirectory('python');
  await writeFile(join(folder.path, 'settings.json'), JSON.stringify(PYTHON_CLIENT_SETTINGS));
  const url = `${environment.MOORING_URL}/v1/openapi.json`;
  const options = ['--meta', 'none', '--output-path', 'mooring_api', '--config', 'settings.json'];
  await runIn(folder.path, join(dirname(python), 'openapi-python-client'), [
    ...['generate', '--url', url, '--fail-on-warning', ...options],
  ]);
  const calls = program('generated-calls.py');
  const said = await runIn(folder.path, python, [calls], { ...environment, PYTHONPATH: folder.path });
  await folder.remove();
  return JSON.parse(said);
}

/**
 * Tests every route with schemathesis. What changes things is called with ids of nothing; what reads, with those given.
 * @throws Error with its findings
 */
export async function testWithSchemathesis(environment: Environment & TestedIds): Promise<void> {
  const python = await pythonWithApiTools();
  const folder = await temporaryDirectory('schemathesis');
  const settings = ['--config-file', program('schemathesis.toml')];
  const url = `${environment.MOORING_URL}/v1/openapi.json`;
  const schemathesis = join(dirname(python), 'schemathesis');
  const said = await runIn(folder.path, schemathesis, [...settings, 'run', '--no-color', url], environment);
  await folder.remove();
  if (!said.includes('No issues found')) throw new Error(said);
}
type TestedIds = Record<'SOURCE_ID' | 'FOLDER_ID' | 'ASSET_ID' | 'OPERATION_ID', string>;

/** @throws Error with all that it printed where the program fails */
async function runIn(cwd: string, file: string, args: string[], environment = {}): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: cwd, ...environment };
  const { stdout } = await run(file, args, { cwd, env, maxBuffer: 2 ** 24 }).catch(error => {
    throw new Error(`${file} ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`);
  });
  return stdout;
}
