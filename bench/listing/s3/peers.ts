import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from '../../measured.ts';
import { KEYS } from './keys.ts';

const CLIENT = fileURLToPath(new URL('./client.ts', import.meta.url));
const BOTO3 = fileURLToPath(new URL('./boto3-listing.py', import.meta.url));
const BOTO3_VERSION = '1.44.8';
const ENV = { AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey };

/** Where a bucket is served. */
export interface Bucket {
  endpoint: string;
  region: string;
}

/** One listing of a bucket, in a process of its own. */
export interface Listed {
  objectsPerSecond: number;
  peakMegabytes: number;
}

/** Runs a lister that prints how many objects it saw. @throws Error where it saw fewer than asked for */
async function list(command: string, args: string[], objects: number): Promise<Listed> {
  const run = await measure(command, args, ENV);
  const seen = JSON.parse(run.stdout) as { objects: number; seconds: number };
  if (seen.objects < objects) throw new Error(`${seen.objects} of ${objects} objects were seen.`);
  return { objectsPerSecond: seen.objects / seen.seconds, peakMegabytes: run.peakMegabytes };
}

export const listWith = (client: 'sdk' | 'ours', { endpoint, region }: Bucket, objects: number) =>
  list(process.execPath, [CLIENT, client, endpoint, region, String(objects)], objects);

export const listWithBoto3 = (python: string, { endpoint, region }: Bucket, objects: number) =>
  list(python, [BOTO3, endpoint, region, String(objects)], objects);

/** Lists with `rclone lsf -R`; its time is that of the process. */
export async function listWithRclone(
  rclone: string,
  { endpoint, region }: Bucket,
  objects: number,
): Promise<Listed> {
  const args = [
    'lsf',
    '-R',
    '--files-only',
    '--format',
    'pst',
    '--fast-list',
    '--use-server-modtime',
    's3:media',
  ];
  const { seconds, stdout, peakMegabytes } = await measure(rclone, args, {
    ...ENV,
    AWS_CA_BUNDLE: '', // rclone does not start where one is set
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_S3_TYPE: 's3',
    RCLONE_CONFIG_S3_PROVIDER: 'Other',
    RCLONE_CONFIG_S3_ENV_AUTH: 'true',
    RCLONE_CONFIG_S3_ENDPOINT: endpoint,
    RCLONE_CONFIG_S3_REGION: region,
    RCLONE_CONFIG_S3_LIST_VERSION: '2',
    RCLONE_CONFIG_S3_LIST_URL_ENCODE: 'true',
  });
  const lines = stdout.split('\n').length - 1;
  if (lines !== objects) throw new Error(`rclone saw ${lines} of ${objects} objects.`);
  return { objectsPerSecond: objects / seconds, peakMegabytes };
}

/** Installs boto3 into an environment of its own. @returns the Python that has it */
export async function installBoto3(log: (line: string) => void): Promise<string> {
  const folder = join(tmpdir(), `mooring-boto3-${BOTO3_VERSION}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'made'))) return python;
  log('Installing boto3.');
  await measure('python3', ['-m', 'venv', folder]);
  await measure(python, ['-m', 'pip', 'install', '-q', `boto3==${BOTO3_VERSION}`]);
  await mkdir(join(folder, 'made'));
  return python;
}
