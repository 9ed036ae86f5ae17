import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MediaFacts } from '@mooring/contract';
import { measure } from '../measured.ts';
import { installPrograms } from './programs.ts';
import { soundAndVideoTruth } from './truth-av.ts';
import { imageTruth } from './truth-images.ts';

/** Git and TypeScript ignore it. About 1 GB, made once; made again where a script of it has changed. */
export const CORPUS = fileURLToPath(new URL('../dist/corpus/', import.meta.url));

export interface CorpusFile {
  /** Below CORPUS. */
  path: string;
  sizeBytes: number;
  /** What other programs say. A fact that is not there is not judged. */
  facts: Partial<MediaFacts> & Pick<MediaFacts, 'kind'>;
}

const SCRIPTS = ['corpus-av.sh', 'corpus-images.sh', 'corpus-docs.py', 'truth-av.ts', 'truth-images.ts'];
const IMAGES = /\.(jpe?g|png|webp|tiff?|svs|ndpi|bmp|gif|avif|heic|jxl|jp2|j2k)$/i;
const SOUND_AND_VIDEO =
  /\.(mp4|m4v|mov|m4a|mkv|mka|webm|avi|ts|m2ts|mp3|wav|flac|ogg|ogv|opus|aac|aiff?|aifc)$/i;
/** Real files, by the Debian packages that hold them. */
const REAL = ['forensics-samples-files', 'python3-pydicom', 'python3-nibabel', 'mricron-data'];

/**
 * The corpus with its truth; makes it where it is not there: about ten minutes on two cores.
 * @throws Error saying what to install
 */
export async function readCorpus(log: (line: string) => void): Promise<CorpusFile[]> {
  const version = await versionOfScripts();
  const file = join(CORPUS, 'truth.json');
  const former = existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : {};
  if (former.version === version) return former.files;
  const files = await makeCorpus(log);
  await writeFile(`${file}.part`, JSON.stringify({ version, files }, null, 1));
  await rename(`${file}.part`, file);
  return files;
}

async function makeCorpus(log: (line: string) => void): Promise<CorpusFile[]> {
  const python = await installPrograms(CORPUS, log);
  const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  log('Making videos and sounds: about five minutes.');
  await measure('sh', [script('corpus-av.sh'), join(CORPUS, 'av')]);
  log('Making pictures: about a minute.');
  await measure('sh', [script('corpus-images.sh'), join(CORPUS, 'images')]);
  const real = join(CORPUS, 'real');
  log('Unpacking real files.');
  await unpackReal(real);
  log('Making documents, tables, volumes and clouds: about two minutes.');
  await measure(python, [script('corpus-docs.py'), join(CORPUS, 'docs'), real]);
  log('Asking ffprobe and exiftool for the truth.');
  const all = [join(CORPUS, 'av'), join(CORPUS, 'images'), real];
  const paths = (await Promise.all(all.map(filesBelow))).flat();
  const truths = [
    ...(await imageTruth(paths.filter(path => IMAGES.test(path)))),
    ...(await soundAndVideoTruth(paths.filter(path => SOUND_AND_VIDEO.test(path)))),
    ...(await documentsTruth()),
  ];
  return Promise.all(
    truths
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map(async ({ path, facts }) => ({
        path: relative(CORPUS, path),
        sizeBytes: (await stat(path)).size,
        facts,
      })),
  );
}

/** What corpus-docs.py has written. A file whose kind it does not say is text. */
async function documentsTruth(): Promise<{ path: string; facts: CorpusFile['facts'] }[]> {
  const truth: { path: string; facts: Partial<MediaFacts> }[] = JSON.parse(
    await readFile(join(CORPUS, 'docs', 'truth.json'), 'utf8'),
  );
  const wellFormed = truth.filter(({ path }) => !path.includes('damaged'));
  return wellFormed.map(({ path, facts }) => ({ path, facts: { kind: 'text', ...facts } }));
}

async function unpackReal(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const packages = `${folder}.packages`;
  await mkdir(packages, { recursive: true });
  const script =
    'cd "$1" && shift && apt-get download -qq "$@" && for p in *.deb; do dpkg-deb -x "$p" files; done';
  await measure('sh', ['-c', script, 'sh', packages, ...REAL]);
  await rename(join(packages, 'files'), folder);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && extname(entry.name))
    .map(entry => join(entry.parentPath, entry.name));
}

async function versionOfScripts(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of SCRIPTS) hash.update(await readFile(new URL(name, import.meta.url)));
  return hash.digest('hex');
}
