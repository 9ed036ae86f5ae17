import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCli } from './cli.ts';
import { temporaryDirectory } from './temporary.ts';

const DATABASE = 'postgres';
const run = promisify(execFile);

/**
 * Puts an embedded database into an empty data directory, up to date and with nothing in it, as the first start makes
 * one. The test files of one run share the making. Where they share no place, the first start makes it.
 */
export async function copyMigratedDatabase(dataDir: string): Promise<void> {
  const shared = process.env.MOORING_TEST_SHARED;
  if (!shared) return;
  const template = join(shared, 'migrated');
  if (!existsSync(template)) await make(template);
  await mkdir(dataDir, { mode: 0o700 });
  await run('cp', ['-a', '--sparse=always', join(template, DATABASE), dataDir]);
}

/** It appears complete or not at all; where another test file was faster, its own stays. */
async function make(template: string): Promise<void> {
  const making = await temporaryDirectory('migrated');
  const dataDir = join(making.path, 'data');
  const { code, stderr } = await startCli(['migrate', `--data-dir=${dataDir}`], {}).end();
  if (code !== 0) throw new Error(`mooring migrate ended with ${code}: ${stderr}`);
  await rename(dataDir, template).catch(error => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await making.remove();
}
