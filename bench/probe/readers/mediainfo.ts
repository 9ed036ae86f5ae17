import type { MediaFacts } from '@mooring/contract';
import mediaInfo, {
  type AudioTrack,
  type GeneralTrack,
  type ImageTrack,
  type MediaInfo,
  type VideoTrack,
} from 'mediainfo.js';
import type { Reader } from './reader.ts';

const idle: MediaInfo<'object'>[] = [];
const SOUND = ['audioTracks', 'sampleRateHz', 'channels', 'durationSeconds'] as const;

/** With its own chunks of 256 KiB. One instance reads one file at a time. */
export const mediainfo: Reader = {
  knows: {
    image: ['width', 'height'],
    audio: SOUND,
    video: [...SOUND, 'width', 'height', 'rotation', 'fps', 'frameRate', 'frames'],
  },
  async read({ source, sizeBytes }) {
    const instance = idle.pop() ?? (await mediaInfo({ format: 'object' }));
    const { signal } = new AbortController();
    const { media } = await instance.analyzeData(sizeBytes, (length, offset) =>
      offset < sizeBytes
        ? source.read(offset, Math.min(length, sizeBytes - offset), signal)
        : new Uint8Array(),
    );
    idle.push(instance); // One that has failed is not used again.
    const tracks = media?.track ?? [];
    const general = tracks.find((track): track is GeneralTrack => track['@type'] === 'General');
    const video = tracks.find((track): track is VideoTrack => track['@type'] === 'Video');
    const image = tracks.find((track): track is ImageTrack => track['@type'] === 'Image');
    const sounds = tracks.filter((track): track is AudioTrack => track['@type'] === 'Audio');
    return {
      audioTracks: sounds.length,
      sampleRateHz: sounds[0]?.SamplingRate ?? null,
      channels: sounds[0]?.Channels ?? null,
      durationSeconds: general?.Duration ?? null,
      width: (video ?? image)?.Width ?? null,
      height: (video ?? image)?.Height ?? null,
      ...(video && videoFacts(video)),
    };
  },
};

const videoFacts = (video: VideoTrack): Partial<MediaFacts> => ({
  rotation: Number(video.Rotation ?? 0) as MediaFacts['rotation'],
  fps: video.FrameRate ?? null,
  frameRate: video.FrameRate_Mode === 'VFR' ? 'variable' : 'constant',
  frames: video.FrameCount ?? null,
});
