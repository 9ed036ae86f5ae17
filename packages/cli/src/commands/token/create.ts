import { ROLES, type Role, type TokenScope } from '@mooring/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';

interface Options {
  name: string;
  role: Role;
  readOnly?: boolean;
  service?: boolean;
  connection?: string;
  folder?: string;
  expiresInDays: number;
}

export function createToken(parent: Command, io: Io): void {
  parent
    .command('create')
    .summary('make an API token')
    .description(
      'Makes an API token and prints it, only this once: Mooring stores only its hash. A token that you make with a ' +
        'token ends with that one at the latest, and is revoked with it.',
    )
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('viewer'))
    .option('--read-only', 'it may change nothing, in any role')
    .option('--service', 'it belongs to the workspace, and stays when you leave')
    .addOption(
      new Option('--connection <id>', 'it opens only the assets of this connection').conflicts('folder'),
    )
    .option('--folder <id>', 'it opens only the assets in this folder and below')
    .option('--expires-in-days <days>', 'how long it works', toDays, 90)
    .action(async (options: Options, command: Command) => {
      const { name, role, readOnly = false, service = false, expiresInDays } = options;
      const { client, out } = await openSession(command, io);
      const token = await client.call('createToken', {
        body: {
          ...{ name, role, readOnly, scope: scopeOf(options), expiresInSeconds: expiresInDays * 86_400 },
          ...(service && { kind: 'service' }),
        },
      });
      await out.one(token, () => `${token.secret}\n`);
      out.note(
        `${token.id} has the role ${role}${readOnly ? ' and only reads' : ''}, expires ${relative(token.expiresAt, io.now())}. It is not shown again.`,
      );
    });
}

/** The part of the data that the token opens; null: all. */
function scopeOf({ connection, folder }: Options): TokenScope | null {
  if (connection !== undefined) return { kind: 'connection', connectionId: connection };
  return folder === undefined ? null : { kind: 'folder', folderId: folder };
}

function toDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 366) return days;
  throw new InvalidArgumentError('Expected a whole number from 1 to 366.');
}
