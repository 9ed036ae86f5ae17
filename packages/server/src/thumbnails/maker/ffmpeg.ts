import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { NoThumbnail } from './no-thumbnail.ts';

const MOST_KILOBYTES = 1_500_000;
const MOST_CPU_SECONDS = 10;
const MOST_MILLISECONDS = 10_000;
/** Of a frame as PNG; it has 1,024 × 1,024 pixels at most. */
const MOST_OUTPUT_BYTES = 8 << 20;

/**
 * One frame as PNG, upright. ffmpeg gets bytes and a pipe: no files, no network, no environment.
 * @throws NoThumbnail
 */
export async function runFfmpeg(
  ffmpeg: string,
  { bytes, demuxer, size }: { bytes: Uint8Array; demuxer: string; size: number },
): Promise<Uint8Array> {
  const limits = `ulimit -v ${MOST_KILOBYTES}; ulimit -t ${MOST_CPU_SECONDS}; exec "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', limits, ffmpeg, ...argumentsFor(demuxer, size)], {
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: MOST_MILLISECONDS,
    killSignal: 'SIGKILL',
  });
  const exit = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? String(code)));
  });
  child.stdin.on('error', () => {}); // It has read enough; how it ends is what counts.
  child.stdin.end(bytes);
  const output = buffer(bounded(child.stdout, () => child.kill('SIGKILL')));
  const [how, words, picture] = await Promise.all([exit, text(child.stderr), output]);
  if (picture.length > 0 && how === '0') return picture;
  const said = words.trim().split('\n').at(-1)?.slice(0, 300);
  throw new NoThumbnail(
    'Video not decoded',
    how === 'SIGKILL' || how === 'SIGXCPU'
      ? `ffmpeg was stopped: a frame may take ${MOST_MILLISECONDS / 1000} seconds.`
      : `ffmpeg does not decode a frame of it: ${said || `it ended with ${how}`}.`,
  );
}

const argumentsFor = (demuxer: string, size: number): string[] => [
  ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-threads', '1'],
  ...['-protocol_whitelist', 'pipe', '-max_pixels', '150000000'],
  ...['-f', demuxer, '-i', 'pipe:0', '-an', '-sn', '-dn', '-frames:v', '1'],
  ...['-vf', `scale=w='min(${size},iw)':h='min(${size},ih)':force_original_aspect_ratio=decrease`],
  ...['-f', 'image2pipe', '-c:v', 'png', 'pipe:1'],
];

async function* bounded(stream: AsyncIterable<Buffer>, stop: () => void): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of stream) {
    total += chunk.length;
    if (total > MOST_OUTPUT_BYTES) return stop();
    yield chunk;
  }
}
