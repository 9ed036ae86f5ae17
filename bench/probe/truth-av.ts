import { stat } from 'node:fs/promises';
import { measure } from '../measured.ts';
import type { CorpusFile } from './corpus.ts';

type Facts = CorpusFile['facts'];

interface Stream {
  index: number;
  codec_type: string;
  codec_name: string;
  pix_fmt?: string;
  width: number;
  height: number;
  sample_rate?: string;
  channels?: number;
  bits_per_sample?: number;
  bits_per_raw_sample?: string;
  nb_read_packets: string;
  time_base: string;
  disposition: { attached_pic: number };
  side_data_list?: { rotation?: number }[];
}
interface Answer {
  streams: Stream[];
  format: { format_name: string; duration?: string; tags?: { major_brand?: string } };
}

/** What ffprobe says of videos and sounds, from all their packets. Those that it cannot read are left out. */
export async function soundAndVideoTruth(
  paths: readonly string[],
): Promise<{ path: string; facts: Facts }[]> {
  const truths: { path: string; facts: Facts }[] = [];
  for (const path of paths) {
    const answer = await ask(path, '-count_packets', '-show_format', '-show_streams', '-of', 'json')
      .then(text => JSON.parse(text) as Answer)
      .catch(() => null);
    if (answer?.streams?.length) truths.push({ path, facts: await factsOf(path, answer) });
  }
  return truths;
}

async function factsOf(path: string, { streams, format }: Answer): Promise<Facts> {
  const video = streams.find(stream => stream.codec_type === 'video' && !stream.disposition.attached_pic);
  const sounds = streams.filter(stream => stream.codec_type === 'audio');
  const isIso = format.format_name.startsWith('mov');
  return {
    kind: video ? 'video' : 'audio',
    audioTracks: sounds.length,
    ...duration(format, sounds[0]),
    ...(sounds[0] && soundFacts(sounds[0], !video)),
    ...(isIso && { brand: format.tags?.major_brand ?? null, ...(await faststart(path)) }),
    ...(video && (await videoFacts(path, video, isIso))),
  };
}

/**
 * ffprobe estimates the duration of MP3 and of raw AAC by the bit rate of the beginning. There the packets count, each
 * of which has the same number of samples.
 */
function duration({ format_name, duration }: Answer['format'], sound?: Stream): Partial<Facts> {
  const rate = Number(sound?.sample_rate);
  const samples = { mp3: rate >= 32_000 ? 1152 : 576, aac: 1024 }[format_name];
  if (sound && samples) return { durationSeconds: (Number(sound.nb_read_packets) * samples) / rate };
  return duration === undefined ? {} : { durationSeconds: Number(duration) };
}

function soundFacts(sound: Stream, isAlone: boolean): Partial<Facts> {
  const bits = Number(sound.bits_per_raw_sample ?? 0) || sound.bits_per_sample || null;
  const hasDepth = isAlone && /^(pcm_[suf]\d|flac|alac)/.test(sound.codec_name);
  return {
    audioCodec: sound.codec_name,
    sampleRateHz: Number(sound.sample_rate),
    channels: sound.channels!,
    ...(hasDepth && { bitDepth: bits }),
  };
}

async function videoFacts(path: string, video: Stream, isIso: boolean): Promise<Partial<Facts>> {
  const turned = video.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  return {
    width: video.width,
    height: video.height,
    ...(video.pix_fmt && { pixelFormat: video.pix_fmt }),
    ...(isIso && { rotation: (((-turned % 360) + 360) % 360) as 0 }),
    codec: video.codec_name,
    frames: Number(video.nb_read_packets),
    ...(await timing(path, video)),
  };
}

/** From the times of all packets: ffprobe’s own averages count the empty frames of AVI, and guess in streams. */
async function timing(path: string, { index, time_base }: Stream): Promise<Partial<Facts>> {
  const text = await ask(
    path,
    '-select_streams',
    String(index),
    '-show_entries',
    'packet=pts',
    '-of',
    'csv=p=0',
  );
  const times = text
    .split(/\s+/)
    .map(line => Number.parseInt(line, 10))
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  if (times.length < 4) return {};
  const steps = times.slice(1).map((time, i) => time - times[i]!);
  const sorted = steps.toSorted((a, b) => a - b);
  const [least, middle, most] = [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
  const [numerator, denominator] = time_base.split('/').map(Number) as [number, number];
  const seconds = ((times.at(-1)! - times[0]! + middle) * numerator) / denominator;
  return {
    fps: times.length / seconds,
    // A step may be a tick longer where the ticks do not divide by the rate.
    frameRate: most > least * 1.02 + 1 ? 'variable' : 'constant',
  };
}

/** By where the data lie: at once, or behind an index. Fragments leave it open. */
async function faststart(path: string): Promise<Partial<Facts>> {
  const { stdout } = await measure('exiftool', ['-j', '-n', '-MediaDataOffset', '-MediaDataSize', path]);
  const [{ MediaDataOffset: offset, MediaDataSize: size }] = JSON.parse(stdout);
  if (offset < 100) return { faststart: false };
  return offset + size === (await stat(path)).size ? { faststart: true } : {};
}

const ask = async (path: string, ...arguments_: string[]): Promise<string> =>
  (await measure('ffprobe', ['-v', 'error', ...arguments_, path])).stdout;
