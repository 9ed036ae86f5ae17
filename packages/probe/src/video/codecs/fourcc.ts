import type { Picture } from './picture.ts';

const mpeg4: Picture = { codec: 'mp4v.20', bitDepth: 8, pixelFormat: 'yuv420p' };

/** Codecs that AVI and old Matroska files name by four characters. Those in whose frames one has to look are elsewhere. */
export const FOURCC_PICTURES: Readonly<Record<string, Picture>> = {
  FMP4: mpeg4,
  XVID: mpeg4,
  xvid: mpeg4,
  DIVX: mpeg4,
  divx: mpeg4,
  DX50: mpeg4,
  MP4V: mpeg4,
  DIV3: { codec: 'DIV3', bitDepth: 8, pixelFormat: 'yuv420p' },
  MP42: { codec: 'MP42', bitDepth: 8, pixelFormat: 'yuv420p' },
  MP43: { codec: 'MP43', bitDepth: 8, pixelFormat: 'yuv420p' },
  WMV2: { codec: 'WMV2', bitDepth: 8, pixelFormat: 'yuv420p' },
  VP80: { codec: 'vp8', bitDepth: 8, pixelFormat: 'yuv420p' },
  YUY2: { codec: 'YUY2', bitDepth: 8, pixelFormat: 'yuyv422' },
  UYVY: { codec: 'UYVY', bitDepth: 8, pixelFormat: 'uyvy422' },
  I420: { codec: 'I420', bitDepth: 8, pixelFormat: 'yuv420p' },
  YV12: { codec: 'YV12', bitDepth: 8, pixelFormat: 'yuv420p' },
};
