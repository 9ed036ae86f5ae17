import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { MediaFacts } from '@mooring/contract';
import type { Reader } from './reader.ts';

const SOUND = ['audioTracks', 'audioCodec', 'sampleRateHz', 'channels', 'durationSeconds'] as const;
const ARGUMENTS = ['-v', 'error', '-show_format', '-show_streams', '-of', 'json'];

/** `ffprobe` with the URL, as it is without counting packets. */
export const ffprobe: Reader = {
  knows: {
    image: ['width', 'height', 'pixelFormat'],
    audio: SOUND,
    video: [...SOUND, 'width', 'height', 'pixelFormat', 'codec', 'rotation', 'fps', 'frames'],
  },
  async read({ url }) {
    const { stdout } = await promisify(execFile)('ffprobe', [...ARGUMENTS, url], { maxBuffer: 64 << 20 });
    const { streams, format } = JSON.parse(stdout);
    const is = (type: string) => (stream: { codec_type: string }) => stream.codec_type === type;
    const [picture, sounds] = [streams.find(is('video')), streams.filter(is('audio'))];
    const turned = picture?.side_data_list?.find(
      (data: { rotation?: number }) => data.rotation !== undefined,
    );
    return {
      audioTracks: sounds.length,
      audioCodec: sounds[0]?.codec_name ?? null,
      sampleRateHz: numberOf(sounds[0]?.sample_rate),
      channels: sounds[0]?.channels ?? null,
      durationSeconds: numberOf(format.duration),
      width: picture?.width ?? null,
      height: picture?.height ?? null,
      pixelFormat: picture?.pix_fmt ?? null,
      codec: picture?.codec_name ?? null,
      rotation: (((-(turned?.rotation ?? 0) % 360) + 360) % 360) as MediaFacts['rotation'],
      fps: quotient(picture?.avg_frame_rate),
      frames: numberOf(picture?.nb_frames),
    };
  },
};

const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

function quotient(text = '0/0'): number | null {
  const [numerator, denominator] = text.split('/').map(Number) as [number, number];
  return denominator ? numerator / denominator : null;
}
