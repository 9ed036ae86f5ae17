import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOf } from '../../session.ts';
import { renderTransferred } from './render-transferred.ts';
import { addSettings, readSettings } from './settings.ts';

export function importInstallation(parent: Command, io: Io): void {
  const command = parent
    .command('import')
    .summary('fill an empty database from an export')
    .description(
      'Fills an empty database from a file that `mooring export` wrote, and brings it up to date. All of it takes ' +
        'effect, or nothing. Start servers and workers afterwards, with the key of the exported installation. A file ' +
        'that was altered is refused. On a machine without the key, the first server or worker finds that out.',
    )
    .argument('<file>', 'what `mooring export` wrote, - for standard input')
    .option('--unsigned', 'take a file without a signature, as older versions wrote it');
  addSettings(command).action(
    async (file: string, { unsigned = false }: { unsigned?: boolean }, command: Command) => {
      const config = readSettings(command, io);
      const { createLogger, importFrom } = await import('@mooring/server');
      const imported = await importFrom(
        config,
        createLogger({ level: config.logLevel }),
        file === '-' ? io.stdin : file,
        { mayLackSignature: unsigned },
      );
      const out = outputOf(command, io);
      await out.one({ file, ...imported }, () => renderTransferred(imported, out.style));
      if (imported.secretKeyIds.length > 0) {
        out.note(
          `\nServers need the key ${imported.secretKeyIds.join(', ')} to open its credentials. Next: mooring serve`,
        );
      }
    },
  );
}
