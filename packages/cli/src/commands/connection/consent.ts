import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';

export function consent(parent: Command, io: Io): void {
  parent
    .command('consent')
    .summary("print where a tenant lets in this installation's app")
    .description(
      'Prints an address. An administrator of the tenant opens it, and consents to the multi-tenant app of this\n' +
        'installation. That lets the app exist there; what it may read is for roles on the storage to say.',
    )
    .option('--tenant-id <id>', 'the directory: a GUID or a domain (default: the one that signs in)')
    .action(async ({ tenantId }: { tenantId?: string }, command: Command) => {
      const { client, out } = await openSession(command, io);
      const link = await client.call('startConsent', { body: { ...(tenantId && { tenantId }) } });
      await out.one(link, () => `${link.url}\n`);
      out.note(`It ends ${relative(link.expiresAt, io.now())}.`);
    });
}
