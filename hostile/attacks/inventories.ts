import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Attack } from '../attack.ts';
import { constantParquet } from '../constant-parquet.ts';
import { serving } from '../objects.ts';
import { page } from '../pages.ts';
import type { Behaviour } from '../storage.ts';

const MB = 1024 * 1024;
const HEADER =
  'Name,Creation-Time,Last-Modified,Etag,Content-Length,Content-Type,AccessTier,hdi_isfolder,Deleted\n';

/** A footer whose length and content are made up. */
const footer = (length: number, content: Buffer) => (): Buffer => {
  const end = Buffer.from('....PAR1');
  end.writeUInt32LE(length);
  return Buffer.concat([Buffer.from('PAR1'), content, end]);
};

/** Reports that a source is to be seeded from, by the name of the file. */
const REPORTS: [name: string, key: string, make: () => Buffer | Promise<Buffer>, reason: RegExp][] = [
  [
    'a Parquet of 20 million equal values',
    'r.parquet',
    () => constantParquet(4_900_000),
    /memory|cannot be read|no size|rows/,
  ],
  ['a Parquet whose row group has too many rows', 'r.parquet', () => constantParquet(5_000_001), /rows/],
  [
    'a Parquet whose footer is longer than the file',
    'r.parquet',
    footer(2 ** 31, Buffer.alloc(100)),
    /Parquet|cannot be read/,
  ],
  ['a Parquet of nested structs', 'r.parquet', footer(MB, Buffer.alloc(MB, 0x1c)), /Parquet|cannot be read/],
  [
    'a CSV with an open quote',
    'r.csv',
    () => Buffer.from(`${HEADER}"${'x'.repeat(50 * MB)}`),
    /cannot be read/,
  ],
  ['a CSV of commas', 'r.csv', () => Buffer.from(HEADER + ','.repeat(20 * MB)), /cannot be read/],
  [
    'a CSV whose cells are long',
    'r.csv',
    () => Buffer.from(`${HEADER}${'x'.repeat(60_000)},,,,,,,,\n`.repeat(100)),
    /a cell has/,
  ],
  [
    'a compressed CSV',
    'r.csv',
    () => gzipSync(Buffer.alloc(100 * MB, 'x')),
    /maximum number of tolerated bytes/,
  ],
  ['a manifest of 50 MB', 'r.json', () => Buffer.alloc(50 * MB, ' '), /bytes/],
  ['a manifest of [', 'r.json', () => Buffer.alloc(900_000, '['), /it has no list of files/],
  [
    'a manifest of 50,000 files',
    'r.json',
    () =>
      Buffer.from(
        JSON.stringify({
          status: 'Succeeded',
          files: Array.from({ length: 50_000 }, (_, at) => ({ blob: `${at}.csv` })),
        }).slice(0, MB),
      ),
    /it has 1,038,922 bytes/,
  ],
];

/** Sends an object that has 100 MB, at 50 bytes a second. */
const slowly: Behaviour = async ({ key, response }) => {
  if (key === null) return void response.writeHead(200, { 'content-type': 'application/xml' }).end(page(''));
  response.writeHead(200, {
    'content-length': 100 * MB,
    etag: '"1"',
    'last-modified': new Date(0).toUTCString(),
  });
  while (!response.destroyed) {
    response.write('x');
    await pause(20);
  }
};

export const inventories: Attack[] = [
  ...REPORTS.map(
    ([name, key, make, reason]): Attack => ({
      name: `an inventory report: ${name}`,
      quick: name.startsWith('a CSV') || name.startsWith('a manifest'),
      async run(target) {
        const file = await make();
        const { id: sourceId, container } = await target.attach(serving(() => new Map([[key, file]])));
        const body = { container, key, mode: 'seed' } as const;
        const { id } = await target.client.call('readInventory', { params: { sourceId }, body });
        await target.complains(id, reason);
      },
    }),
  ),
  {
    name: 'an inventory report that comes at 50 bytes a second',
    async run(target) {
      const { id: sourceId, container } = await target.attach(slowly);
      const body = { container, key: 'r.csv', mode: 'seed' } as const;
      const { id } = await target.client.call('readInventory', { params: { sourceId }, body });
      await target.until(id, ({ status }) => status === 'running' && target.storage.asked(container) > 0);
      await target.cancel(id);
    },
  },
];
