// Reads a manifest with one reader, in a process of its own, keeps nothing, and prints what it found and how long it took.
// Arguments: the reader and the file.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { readManifest } from '@mooring/manifest';

/** What each reader is given at once. */
const CHUNK_BYTES = 256 * 1024;
const [name = '', path = ''] = process.argv.slice(2);

/** How many items, or how many tokens or records the peers give. */
const READERS: Record<string, () => Promise<number>> = {
  ours: async () => {
    let count = 0;
    for await (const { items, problems } of readManifest(
      createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    )) {
      if (problems.length > 0) throw new Error(JSON.stringify(problems[0]));
      count += items.length;
    }
    return count;
  },
  'stream-json': async () => {
    const { parser } = await import('stream-json');
    // The quickest way that it has: whole values only.
    return countAll(parser.asStream({ packValues: true, streamValues: false }));
  },
  'csv-parse': async () => {
    const { parse } = await import('csv-parse');
    return countAll(parse());
  },
};

async function countAll(parser: NodeJS.ReadWriteStream): Promise<number> {
  let count = 0;
  parser.on('data', () => count++);
  await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), parser);
  return count;
}

const begin = performance.now();
const count = await READERS[name]!();
console.log(JSON.stringify({ count, seconds: (performance.now() - begin) / 1000 }));
