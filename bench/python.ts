import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from './measured.ts';

/**
 * Makes an environment of Python with packages, once.
 * @returns its interpreter
 */
export async function pythonWith(
  directory: string,
  packages: readonly string[],
  log: (line: string) => void,
): Promise<string> {
  const python = join(directory, 'bin', 'python');
  const made = join(directory, 'made');
  if (existsSync(made)) return python;
  log('Installing libraries of Python.');
  await measure('python3', ['-m', 'venv', directory]);
  await measure(python, ['-m', 'pip', 'install', '-q', ...packages]);
  await mkdir(made);
  return python;
}
