import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { readTextFile } from '../../secret.ts';
import { openSession } from '../../session.ts';

interface Options {
  name?: string;
  expiresInDays: number;
}

export function addSshKey(parent: Command, io: Io): void {
  parent
    .command('add')
    .summary('register an SSH public key of yours')
    .description(
      'Registers an SSH public key of yours. Clients of other platforms that sign with its private key then do what ' +
        'you may. Make one with ssh-keygen -t ed25519.',
    )
    .argument('<file>', 'the file that ends in .pub; - for standard input')
    .option('--name <name>', 'what it is called; default: the comment of the key')
    .option('--expires-in-days <days>', 'how long it counts', toDays, 365)
    .action(async (file: string, { name, expiresInDays }: Options, command: Command) => {
      const publicKey = (await readTextFile(io, file, 'the file')).trim();
      if (publicKey.includes('PRIVATE KEY')) throw isPrivate(file);
      const { client, out } = await openSession(command, io);
      const key = await client.call('createOwnSshKey', {
        body: { publicKey, ...(name !== undefined && { name }), expiresInSeconds: expiresInDays * 86_400 },
      });
      await out.one(key, () => `${key.id} ${key.fingerprint}\n`);
      out.note(`“${key.name}” counts from now on, and expires ${relative(key.expiresAt, io.now())}.`);
    });
}

const isPrivate = (file: string): UsageError =>
  new UsageError(
    `${file} holds a private key. It stays with you, and was not sent.`,
    'Give the file beside it that ends in .pub.',
  );

function toDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 366) return days;
  throw new InvalidArgumentError('Expected a whole number from 1 to 366.');
}
