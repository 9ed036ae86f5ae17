import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Io } from '../../io.ts';
import { count } from '../../output/quantity.ts';
import { outputOf } from '../../session.ts';
import { addSettings, readSettings } from './settings.ts';

export function rotateKeys(parent: Command, io: Io): void {
  const command = parent
    .command('rotate')
    .summary('change the key that seals credentials')
    .description(
      'Changes the key that seals credentials, while servers and workers run: makes a new key, waits until every ' +
        'process has it, seals everything anew, and takes the old key away. If it is cut off, start it again: it goes ' +
        'on where it stopped, and until then both keys work.',
    )
    .addOption(
      new Option('--wait <seconds>', 'how long processes have time to read the new key')
        .default(60)
        .argParser(readSeconds),
    );
  addSettings(command).action(async ({ wait }: { wait: number }, command: Command) => {
    const config = readSettings(command, io);
    const { createLogger, rotateSecretKey } = await import('@mooring/server');
    const out = outputOf(command, io);
    const interrupted = new AbortController();
    const listening = io.onInterrupt(() => interrupted.abort(new Error('Stopped. Start it again to go on.')));
    const log = createLogger({ level: config.logLevel });
    const rotation = await rotateSecretKey(config, log, {
      waitSeconds: wait,
      note: out.note,
      signal: interrupted.signal,
    }).finally(listening);
    const { keyId, retired, isRetired, from, resealed, unreadable } = rotation;
    await out.one(
      rotation,
      () => `The key ${keyId} seals all credentials. ${count(resealed)} were sealed anew.\n`,
    );
    if (unreadable.length > 0)
      out.warn(`No key of this installation opens the secrets of ${unreadable.join(', ')}. Replace them.`);
    if (retired.length === 0) return;
    const old = retired.join(', ');
    out.note(
      isRetired
        ? `The old key ${old} is taken out of ${from}. Exports and backups from before open with it only.`
        : `Now leave the old key ${old} out of ${from}, for every server and worker. Keep it for as long as you keep exports and backups from before.`,
    );
  });
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= 3600) return seconds;
  throw new InvalidArgumentError('Expected a whole number from 1 to 3600.');
}
