import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { type Attack, must } from '../attack.ts';
import { blob, each, ordered, page, times } from '../pages.ts';

const COMMAND = fileURLToPath(new URL('../../scripts/mooring.ts', import.meta.url));
const MB = 1024 * 1024;
const SYNCS = 12;

/** An export whose only row never ends. */
function* endless() {
  const header = {
    format: 'mooring-installation',
    formatVersion: 1,
    createdAt: '2026-11-22T01:10:00Z',
    postgresVersion: '18',
    migrations: ['0001_foundation'],
    secretKeyIds: [],
    sequences: [],
    tables: [],
  };
  yield Buffer.from(JSON.stringify(header).slice(0, -1));
  for (;;) yield Buffer.alloc(MB, ' ');
}

export const operations: Attack[] = [
  {
    name: `${SYNCS} endless syncs of one workspace, each of its own storage`,
    async run(target) {
      const list = each(({ before }) =>
        page(
          times(500, at => blob({ name: ordered(before * 500 + at) })),
          `${before}`,
        ),
      );
      const started = [];
      for (let at = 0; at < SYNCS; at++) {
        const { id: sourceId } = await target.attach(list);
        started.push(await target.startSync(sourceId));
      }
      const seconds = await target.neighbour.sync();
      for (const { id } of started) await target.cancel(id);
      must(seconds < 30, `a sync of another workspace took ${seconds.toFixed(1)} s`);
    },
  },
  {
    name: 'an import of a line without an end',
    quick: true,
    async run(target) {
      const { PATH = '', HOME = '' } = process.env;
      const env = { PATH, HOME, MOORING_DATA_DIR: join(target.directory, 'import') };
      const command = spawn(process.execPath, [COMMAND, 'import', '-'], {
        env,
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      let printed = '';
      command.stderr.on('data', chunk => {
        printed += chunk;
      });
      const ended = once(command, 'exit');
      await pipeline(Readable.from(endless()), createGzip({ level: 1 }), command.stdin).catch(error => {
        if (error.code !== 'EPIPE') throw error; // it stops reading
      });
      const [code] = await ended;
      must(code !== 0 && /longer than 16 MB/.test(printed), `ended with ${code}: ${printed}`);
    },
  },
];
