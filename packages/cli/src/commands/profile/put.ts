import { readFile } from 'node:fs/promises';
import { profileWrite } from '@mooring/contract';
import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';

export function putProfile(parent: Command, io: Io): void {
  parent
    .command('put')
    .summary('write a profile of the workspace')
    .description(
      'Writes a profile from a JSON file with description and rules. The assets of the sources that have it are judged ' +
        'again. mooring profile show datature prints an example.',
    )
    .argument('<profile>', 'its name')
    .argument('<file>', 'the JSON file')
    .action(async (profileName: string, file: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const body = await readRules(file);
      const profile = await client.call('putProfile', { params: { profileName }, body });
      await out.one(profile, () => `${profile.name} has ${profile.rules.length} rules.\n`);
      out.note(`\nNext: mooring source edit <source> --profile ${profile.name}`);
    });
}

/** @throws UsageError where the file cannot be read or holds something else */
async function readRules(file: string) {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`${file} cannot be read: ${error.message}.`, 'Name a JSON file.');
  });
  const read = profileWrite.safeParse(parse(text, file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UsageError(
    `${file} is no profile: ${issue?.path.join('.')} ${issue?.message}.`,
    'See mooring profile show datature for an example.',
  );
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}.`, 'Correct the file.');
  }
}
