import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOf } from '../../session.ts';
import { renderTransferred } from './render-transferred.ts';
import { addSettings, readSettings } from './settings.ts';

export function exportInstallation(parent: Command, io: Io): void {
  const command = parent
    .command('export')
    .summary('write the whole installation to a file')
    .description(
      'Writes the whole installation, as it is at one moment, to a file. `mooring import` reads it into another ' +
        'database, of another version too. Credentials stay sealed: keep the key that opens them in another place. The ' +
        'key signs the file, so that `mooring import` refuses one that was altered.',
    )
    .argument('<file>', 'the file to make, - for standard output');
  addSettings(command).action(async (file: string, _options: object, command: Command) => {
    const config = readSettings(command, io);
    const { createLogger, exportTo } = await import('@mooring/server');
    const exported = await exportTo(
      config,
      createLogger({ level: config.logLevel }),
      file === '-' ? io.stdout : file,
    );
    const out = outputOf(command, io);
    if (file === '-') out.note(renderTransferred(exported, out.errorStyle));
    else await out.one({ file, ...exported }, () => renderTransferred(exported, out.style));
    if (!exported.isSigned)
      out.warn(
        'There is no key here, so the file has no signature. `mooring import` takes it with --unsigned only.',
      );
    out.note(
      `\n${file === '-' ? '' : `In ${file}. `}Its credentials open only with the key ${exported.secretKeyIds.join(', ') || 'of this installation'}:\n` +
        `keep ${config.secretKey === null ? `${config.dataDir}/secret.key` : 'MOORING_SECRET_KEY'} too, in another place.`,
    );
  });
}
