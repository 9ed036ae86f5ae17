import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MediaFacts } from '@mooring/contract';
import { expect, test } from 'vitest';
import { DEFAULT_BUDGET } from '../budget.ts';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';
import { RangeReader } from '../range-reader.ts';
import { findPreview } from './preview.ts';
import {
  chunk,
  exifSegment,
  jpegOf,
  orientation,
  pngOf,
  segment,
  textSegment,
  tiffOf,
} from './testing-images.ts';

const samples = fileURLToPath(new URL('../../samples/images/', import.meta.url));
const probeBytes = (bytes: Uint8Array) => probe(memorySource(bytes), 'unnamed');
const readerOf = (bytes: Uint8Array) =>
  new RangeReader(memorySource(bytes), DEFAULT_BUDGET, new AbortController().signal);

const size = (width: number, height: number) => ({ width, height });
const animation = { ...size(24, 18), frames: 3, framesExact: true };

/** What exiftool and ffprobe say of the samples. */
const SAMPLES: Record<string, Partial<MediaFacts>> = {
  'plain.jpg': { mediaType: 'image/jpeg', ...size(48, 36), bitDepth: 8, pixelFormat: 'yuvj420p' },
  'orientation.jpg': { orientation: 6, pixelFormat: 'yuvj420p' },
  'progressive.jpg': { pixelFormat: 'yuvj444p' },
  '422.jpg': { pixelFormat: 'yuvj422p' },
  'gray.jpg': { pixelFormat: 'gray' },
  'cmyk.jpg': { ...size(48, 36), pixelFormat: null },
  'rgb.png': { mediaType: 'image/png', ...size(48, 36), bitDepth: 8, pixelFormat: 'rgb24', frames: null },
  'rgba.png': { pixelFormat: 'rgba' },
  'gray16.png': { bitDepth: 16, pixelFormat: 'gray16be' },
  'palette.png': { bitDepth: 4, pixelFormat: 'pal8' },
  'one-bit.png': { bitDepth: 1, pixelFormat: 'monob' },
  'orientation.png': { orientation: 8 },
  'orientation-behind.png': { orientation: 8 },
  'animation.png': { mediaType: 'image/apng', ...animation },
  'lossy.webp': { mediaType: 'image/webp', ...size(48, 36), pixelFormat: 'yuv420p', frames: null },
  'lossless.webp': { ...size(24, 18), pixelFormat: 'argb' },
  'alpha.webp': { ...size(48, 36), pixelFormat: 'yuva420p' },
  'orientation.webp': { orientation: 3 },
  'animation.webp': animation,
  'still.gif': { mediaType: 'image/gif', ...size(24, 18), frames: 1, framesExact: true },
  'animation.gif': animation,
  'rgb.tif': { mediaType: 'image/tiff', ...size(16, 12), bitDepth: 8, pixelFormat: 'rgb24', pages: 1 },
  'rgb16-big-endian.tif': { bitDepth: 16, pixelFormat: 'rgb48be' },
  'orientation.tif': { orientation: 5, pixelFormat: 'gray' },
  'fax.tif': { bitDepth: 1, pixelFormat: 'monob' },
  'pages.tif': { pages: 3 },
  'big.tif': { mediaType: 'image/tiff', ...size(16, 12), pixelFormat: 'rgb24', pages: 1 },
  'slide.svs': { mediaType: 'image/x-aperio-svs', ...size(96, 64), pages: 2 },
  'slide.ndpi': { mediaType: 'image/x-hamamatsu-ndpi', ...size(96, 64), pages: 2 },
  'rgb.bmp': { mediaType: 'image/bmp', ...size(16, 12), bitDepth: 8, pixelFormat: 'bgr24' },
  'palette.bmp': { bitDepth: 4, pixelFormat: 'pal8' },
  'rgba.bmp': { ...size(14, 11), pixelFormat: 'bgra' },
  'core.bmp': { ...size(16, 12), pixelFormat: 'bgr24' },
  'rgb565.bmp': { bitDepth: 5, pixelFormat: 'rgb565le' },
  'plain.heic': {
    mediaType: 'image/heic',
    ...size(48, 36),
    brand: 'heic',
    codec: 'hvc1.3.E.L30',
    bitDepth: 8,
  },
  'orientation.heic': { orientation: 6, rotation: null },
  'plain.avif': { mediaType: 'image/avif', ...size(48, 36), codec: 'av01.0.00M.08', pixelFormat: 'yuv420p' },
  'turned.avif': { rotation: 270, orientation: null, bitDepth: 10, pixelFormat: 'yuv444p10le' },
  'grid.avif': { ...size(128, 128), codec: 'av01.1.00M.08', pixelFormat: 'yuv444p' },
  'codestream.jxl': { mediaType: 'image/jxl', ...size(48, 36), bitDepth: 8, pixelFormat: 'rgb24' },
  'alpha.jxl': { pixelFormat: 'rgba' },
  'gray16.jxl': { bitDepth: 16, pixelFormat: 'gray16le' },
  'orientation.jxl': { ...size(48, 36), orientation: 6 },
  'rgb.jp2': { mediaType: 'image/jp2', ...size(48, 36), bitDepth: 8, pixelFormat: 'rgb24' },
  'rgb.j2k': { mediaType: 'image/j2c', ...size(48, 36), pixelFormat: 'rgb24' },
  'yuv420.jp2': { ...size(16, 12), pixelFormat: 'yuv420p' },
};

test.each(Object.entries(SAMPLES))('%s', async (name, facts) => {
  const found = await probe(memorySource(await readFile(samples + name)), name);
  expect(found.facts).toMatchObject({ kind: 'image', ...facts });
  expect(found.warnings.map(({ code }) => code)).not.toContain('truncated');
  expect(found.warnings.map(({ code }) => code)).not.toContain('name_disagrees');
});

test.each([
  ['place.jpg', 'personal_data', 'The EXIF data say where the picture was taken.'],
  ['animation.gif', 'animated', 'The picture is an animation of 3 frames.'],
  ['animation.jxl', 'animated', 'The picture is an animation.'],
  ['mirrored.avif', 'unusual', expect.stringMatching(/mirror/)],
  ['cmyk.jpg', 'unusual', expect.stringMatching(/CMYK/)],
])('%s is warned about: %s', async (name, code, message) => {
  const { warnings } = await probe(memorySource(await readFile(samples + name)), name);
  expect(warnings).toEqual([{ code, message }]);
});

test.each(['plain.jpg', 'rgb.png', 'lossy.webp', 'still.gif', 'rgb.bmp'])(
  '%s without its end is truncated',
  async name => {
    const whole = await readFile(samples + name);
    const outcome = await probeBytes(whole.subarray(0, whole.length - 30)).then(
      ({ warnings }) => warnings.map(({ code }) => code),
      error => [error.code],
    );
    expect(outcome).toContain('truncated');
  },
);

test('orientation is found in EXIF data behind other segments, and the first EXIF data count', async () => {
  const xmp = textSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>');
  const profile = segment(0xe2, new Array(60_000).fill(7));
  const file = jpegOf(
    xmp,
    profile,
    profile,
    exifSegment(tiffOf([[orientation(6)]])),
    exifSegment(tiffOf([[orientation(3)]])),
  );
  const { facts, spent } = await probeBytes(file);
  expect(facts).toMatchObject({ width: 30, height: 20, orientation: 6, pixelFormat: 'gray' });
  expect(spent.requests).toBe(2);
});

test('EXIF data that are too long for one segment go on in the next', async () => {
  const whole = tiffOf([[orientation(8), [0x8825, 4, 1, 90_000]]]);
  const tiff = [
    ...whole,
    ...new Array(90_000 - whole.length).fill(0),
    1,
    0,
    2,
    0,
    5,
    0,
    3,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  const file = jpegOf(exifSegment(tiff.slice(0, 65_000)), exifSegment(tiff.slice(65_000)));
  const { facts, warnings } = await probeBytes(file);
  expect(facts.orientation).toBe(8);
  expect(warnings.map(({ code }) => code)).toEqual(['personal_data']);
});

test.each([
  ['no TIFF header', [1, 2, 3]],
  ['a directory beyond the end', [...tiffOf([]).slice(0, 4), 0, 1, 0, 0]],
  ['a count that is a lie', [...tiffOf([]), 255, 255]],
])('broken EXIF data are a warning, not a failure: %s', async (_, tiff) => {
  const { facts, warnings } = await probeBytes(jpegOf(exifSegment(tiff)));
  expect(facts).toMatchObject({ width: 30, orientation: null });
  expect(warnings).toEqual([
    { code: 'unusual', message: expect.stringMatching(/^The EXIF data cannot be read whole\./) },
  ]);
});

test.each([0, 9, 65_535])('orientation %d has no meaning', async value => {
  expect(
    (await probeBytes(jpegOf(exifSegment(tiffOf([[orientation(value)]]))))).facts.orientation,
  ).toBeNull();
});

test('a PNG that claims more frames than it has room for is no animation of so many', async () => {
  const control = chunk('acTL', [255, 255, 255, 255, 0, 0, 0, 0]);
  const { facts } = await probeBytes(pngOf(control, chunk('IDAT', []), chunk('IEND', [])));
  expect(facts).toMatchObject({ mediaType: 'image/png', frames: null });
});

test('a long GIF is not read whole: its frames are estimated', async () => {
  const frame = [
    0x2c,
    0,
    0,
    0,
    0,
    2,
    0,
    2,
    0,
    0,
    2,
    ...new Array(40).fill([255, ...new Array(255).fill(1)]).flat(),
    0,
  ];
  const header = [...new TextEncoder().encode('GIF89a'), 2, 0, 2, 0, 0, 0, 0];
  const file = Uint8Array.from([...header, ...new Array(400).fill(frame).flat(), 0x3b]);
  const { facts, spent } = await probeBytes(file);
  expect(facts).toMatchObject({ frames: 400, framesExact: false });
  expect(spent.bytes).toBeLessThan(file.length / 2);
});

test('the pages of a TIFF whose directories follow each other in a circle are not counted', async () => {
  const fields = [[256, 3, 1, 5] as const, [257, 3, 1, 4] as const];
  const { facts, warnings } = await probeBytes(Uint8Array.from(tiffOf([fields, fields], 8)));
  expect(facts).toMatchObject({ width: 5, height: 4, pages: null });
  expect(warnings.map(({ code }) => code)).toEqual(['unusual']);
});

test('a TIFF that ends before its pixels is truncated', async () => {
  const fields = [[256, 3, 1, 5] as const, [257, 3, 1, 4] as const];
  const strip = [[273, 4, 1, 100] as const, [279, 4, 1, 20] as const];
  const { warnings } = await probeBytes(Uint8Array.from(tiffOf([[...fields, ...strip]])));
  expect(warnings).toEqual([
    { code: 'truncated', message: 'The file has 62 bytes. Its picture reaches to byte 120.' },
  ]);
});

test('a directory that is a smaller copy is passed over for the picture below it', async () => {
  const copy = [[254, 4, 1, 1] as const, [256, 3, 1, 5] as const, [257, 3, 1, 4] as const];
  const below = [[254, 4, 1, 0] as const, [256, 3, 1, 500] as const, [257, 3, 1, 400] as const];
  const at = 8 + 2 + 12 * 5 + 4;
  const dng = [...copy, [330, 4, 1, at] as const, [50706, 1, 4, 1] as const];
  const { facts } = await probeBytes(Uint8Array.from([...tiffOf([dng]), ...tiffOf([below]).slice(8)]));
  expect(facts).toMatchObject({ mediaType: 'image/x-adobe-dng', width: 500, height: 400 });
});

test('the thumbnail of EXIF data is found where it lies', async () => {
  const file = await readFile(`${samples}place.jpg`);
  const preview = await findPreview(readerOf(file));
  expect(preview).toMatchObject({ mediaType: 'image/jpeg', width: 16, height: 12 });
  const { facts } = await probeBytes(file.subarray(preview!.offset, preview!.offset + preview!.length));
  expect(facts).toMatchObject({ mediaType: 'image/jpeg', width: 16, height: 12 });
  expect(await findPreview(readerOf(file), { atLeast: 17 })).toBeNull();
});

test('a preview of the multi-picture format is taken where the thumbnail is too small', async () => {
  const larger = jpegOf();
  const entries = [...new Array(16).fill(0), 1, 0, 1, 0, larger.length, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0];
  const directory = [...tiffOf([[[0xb002, 7, 32, 26]]]), ...entries];
  const file = new Uint8Array(4096);
  file.set(jpegOf(segment(0xe2, [...new TextEncoder().encode('MPF\0'), ...directory])));
  file.set(larger, 2 + 4 + 4 + 0x200);
  expect(await findPreview(readerOf(file), { atLeast: 20 })).toEqual({
    offset: 10 + 0x200,
    length: larger.length,
    mediaType: 'image/jpeg',
    width: 30,
    height: 20,
  });
});

test.each(['plain.jpg', 'rgb.png', 'rgb.tif', 'still.gif'])('%s has no preview', async name => {
  expect(await findPreview(readerOf(await readFile(samples + name)))).toBeNull();
});
