import { ROLES, type Role } from '@mooring/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';

interface Options {
  role: Role;
  expiresInDays: number;
}

export function inviteMember(parent: Command, io: Io): void {
  parent
    .command('invite')
    .summary('make a link that invites a person')
    .description(
      'Makes a link with which a person becomes a member, and prints it, only this once. Mooring sends no mail: pass ' +
        'the link on yourself. Another invitation of the same address takes the place of this one.',
    )
    .argument('<e-mail>', 'the address of the person')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .option('--expires-in-days <days>', 'how long the link works', toDays, 7)
    .action(async (email: string, { role, expiresInDays }: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const body = { email, role, expiresInSeconds: expiresInDays * 86_400 };
      const invitation = await client.call('createInvitation', { body });
      await out.one(invitation, () => `${invitation.url}\n`);
      out.note(
        `${invitation.id} invites ${email} as ${role}, once, and ends ${relative(invitation.expiresAt, io.now())}.`,
      );
    });
}

function toDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 30) return days;
  throw new InvalidArgumentError('Expected a whole number from 1 to 30.');
}
