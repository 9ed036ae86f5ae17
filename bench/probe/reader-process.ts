// Reads files behind URLs with one reader, in a process of its own, as often as it is asked to.
// Arguments: the reader and the origin of the server. Asked with a list of files, it answers with a Round.
import { readFile } from 'node:fs/promises';
import type { MediaFacts } from '@mooring/contract';
import { urlSource } from '@mooring/probe';
import { AT_ONCE, type Reader } from './readers/reader.ts';

export interface Round {
  seconds: number;
  /** Of this process and the processes it started. */
  cpuSeconds: number;
  /** In the order of the files; null where it could not read one. */
  facts: (Partial<MediaFacts> | null)[];
}
export interface FileToRead {
  path: string;
  sizeBytes: number;
}

const [name = '', origin = ''] = process.argv.slice(2);
const READERS: Record<string, () => Promise<Reader>> = {
  ours: async () => (await import('./readers/ours.ts')).ours,
  'image-size': async () => (await import('./readers/image-size.ts')).imageSizeReader,
  'music-metadata': async () => (await import('./readers/music-metadata.ts')).musicMetadata,
  'mediainfo.js': async () => (await import('./readers/mediainfo.ts')).mediainfo,
  ffprobe: async () => (await import('./readers/ffprobe.ts')).ffprobe,
};
const reader = await READERS[name]!();

process.on('message', async (files: FileToRead[]) => process.send!(await readAll(files)));
process.on('disconnect', () => process.exit());
process.send!({ knows: reader.knows });

async function readAll(files: FileToRead[]): Promise<Round> {
  const facts: Round['facts'] = new Array(files.length).fill(null);
  let next = 0;
  const take = async () => {
    while (next < files.length) {
      const at = next++;
      facts[at] = await readOne(files[at]!).catch(() => null);
    }
  };
  const [begin, cpu] = [performance.now(), await cpuSeconds()];
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  return { seconds: (performance.now() - begin) / 1000, cpuSeconds: (await cpuSeconds()) - cpu, facts };
}

function readOne({ path, sizeBytes }: FileToRead): Promise<Partial<MediaFacts>> {
  const url = `${origin}/${path.split('/').map(encodeURIComponent).join('/')}`;
  return reader.read({ url, path, sizeBytes, source: urlSource(url, sizeBytes, null) });
}

/** Children count once they have ended: fields 16 and 17 of proc(5), in ticks of 10 ms. */
async function cpuSeconds(): Promise<number> {
  const { user, system } = process.cpuUsage();
  const fields = (await readFile('/proc/self/stat', 'utf8')).replace(/^.*\) /, '').split(' ');
  return (user + system) / 1e6 + (Number(fields[13]) + Number(fields[14])) / 100;
}
