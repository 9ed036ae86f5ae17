import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measured.ts';
import { pythonWith } from '../python.ts';

/** Programs that make the corpus or say the truth, and the Debian packages that they come in. */
const PROGRAMS: Record<string, string> = {
  ffprobe: 'ffmpeg',
  convert: 'imagemagick',
  exiftool: 'libimage-exiftool-perl',
  dcmdump: 'dcmtk',
  pdfinfo: 'poppler-utils',
  qpdf: 'qpdf',
  'heif-enc': 'libheif-examples',
  avifenc: 'libavif-bin',
  cjxl: 'libjxl-tools',
  opj_compress: 'libopenjp2-tools',
  tiffcp: 'libtiff-tools',
};

const PYTHON = [
  'pydicom==3.0.2',
  'nibabel==5.4.2',
  'numpy==2.4.6',
  'pyarrow==26.0.1',
  'laspy[lazrs]==2.7.0',
  'h5py==3.16.0',
  'openpyxl==3.1.5',
  'reportlab==5.1.0',
];

/**
 * Installs what makes the corpus where it is absent and we are root.
 * @returns the Python that has the libraries
 * @throws Error saying what to install
 */
export async function installPrograms(folder: string, log: (line: string) => void): Promise<string> {
  await mkdir(folder, { recursive: true });
  const absent = Object.keys(PROGRAMS).filter(name => !isOnPath(name));
  const packages = [...new Set([...absent.map(name => PROGRAMS[name]!), 'python3-venv'])];
  if (absent.length > 0) await installFromDebian(packages, log);
  return pythonWith(join(folder, 'python'), PYTHON, log);
}

async function installFromDebian(packages: string[], log: (line: string) => void): Promise<void> {
  const install = ['install', '-qq', '-y', '--no-install-recommends', ...packages];
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(
      `The corpus is made by other programs. On Debian: sudo apt-get install ${packages.join(' ')}`,
    );
  log(`Installing ${packages.join(', ')} from Debian.`);
  await measure('apt-get', ['update', '-qq']);
  await measure('apt-get', install, { DEBIAN_FRONTEND: 'noninteractive' });
}

const isOnPath = (name: string): boolean =>
  (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, name)));
