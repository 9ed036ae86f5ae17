import { readFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { createMakers } from './makers.ts';
import { makeOf } from './testing.ts';

const makers = createMakers({ most: 2 });
afterAll(() => makers.close());

/** The colour in the middle of each quarter, row by row, as a letter. */
async function quarters(picture: Uint8Array): Promise<string> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const letterAt = (x: number, y: number) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    return red > 150 && green > 150 ? 'y' : red > 150 ? 'r' : green > 100 ? 'g' : blue > 150 ? 'b' : 'k';
  };
  return [letterAt(0.25, 0.25), letterAt(0.75, 0.25), letterAt(0.25, 0.75), letterAt(0.75, 0.75)].join('');
}

/** Red, lime, blue and yellow quarters. */
const quartered = (width: number, height: number) => {
  const [w, h] = [width / 2, height / 2];
  const part = (colour: string, left: number, top: number) => ({
    input: { create: { width: w, height: h, channels: 3 as const, background: colour } },
    left,
    top,
  });
  return sharp({ create: { width, height, channels: 3, background: 'white' } }).composite([
    part('red', 0, 0),
    part('lime', w, 0),
    part('blue', 0, h),
    part('yellow', w, h),
  ]);
};

async function made(bytes: Uint8Array, task: Parameters<typeof makeOf>[2] = {}) {
  const answer = await makeOf(makers, bytes, task);
  if ('reason' in answer) throw new Error(`${answer.reason.title}: ${answer.reason.detail}`);
  const { width, height, format } = await sharp(answer.picture).metadata();
  return { width, height, format, quarters: await quarters(answer.picture) };
}

test.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)('a picture in %s', async format => {
  const bytes = await quartered(600, 400).toFormat(format).toBuffer();
  expect(await made(bytes)).toEqual({ width: 256, height: 171, format: 'webp', quarters: 'rgby' });
});

test('in the size and format that is asked for, and never enlarged', async () => {
  const bytes = await quartered(600, 400).png().toBuffer();
  expect(await made(bytes, { size: 512, format: 'avif' })).toMatchObject({ width: 512, format: 'heif' });
  expect(await made(await quartered(60, 40).png().toBuffer())).toMatchObject({ width: 60, height: 40 });
});

describe.each([
  [1, 'rgby'],
  [2, 'gryb'],
  [3, 'ybgr'],
  [4, 'byrg'],
  [5, 'rbgy'],
  [6, 'bryg'],
  [7, 'ygbr'],
  [8, 'gyrb'],
])('EXIF orientation %i', (orientation, upright) => {
  const [width, height] = orientation > 4 ? [171, 256] : [256, 171];

  test('of the picture', async () => {
    const bytes = await quartered(600, 400).jpeg().withMetadata({ orientation }).toBuffer();
    expect(await made(bytes)).toMatchObject({ width, height, quarters: upright });
  });

  test('of its preview, without the bars that a camera has put around it', async () => {
    const inner = await quartered(160, 106).png().toBuffer();
    const preview = await sharp({ create: { width: 160, height: 120, channels: 3, background: 'black' } })
      .composite([{ input: inner, left: 0, top: 7 }])
      .jpeg()
      .toBuffer();
    const bytes = await withPreview(await largePicture(), preview, orientation);
    const result = await made(bytes);
    const sides = [result.width, result.height];
    expect(sides).toEqual(orientation > 4 ? [107, 160] : [160, 107]);
    expect(result.quarters).toBe(upright);
  });
});

test('a preview that is too small gives way to the picture', async () => {
  const preview = await quartered(80, 60).jpeg().toBuffer();
  const bytes = await withPreview(await largePicture(), preview, 1);
  expect(await made(bytes)).toMatchObject({ width: 256 });
});

test('a preview that is damaged gives way to the picture', async () => {
  const preview = await quartered(160, 106).jpeg().toBuffer();
  preview.fill(0, 30, 200);
  const bytes = await withPreview(await largePicture(), preview, 1);
  expect(await made(bytes)).toMatchObject({ width: 256 });
});

describe('what is hostile or broken gets a reason', () => {
  test.each<[string, () => Promise<Uint8Array>, string, RegExp]>([
    ['an empty file', async () => new Uint8Array(), 'Empty file', /is empty/],
    ['text', async () => Buffer.from('\u0001\u0002 no picture'), 'Unknown format', /no format/],
    ['a bomb of 60,000 × 60,000 pixels', async () => bombPng(60_000), 'Too large a picture', /300,000,000/],
    ['half a JPEG', async () => half(await quartered(600, 400).jpeg().toBuffer()), 'Damaged file', /decode/],
    ['half a PNG', async () => half(await quartered(600, 400).png().toBuffer()), 'Damaged file', /decode/],
    [
      'a header and nothing else',
      async () =>
        Buffer.concat([(await quartered(60, 40).png().toBuffer()).subarray(0, 33), Buffer.alloc(99)]),
      'Damaged file',
      /no chunk/,
    ],
    ['a document', async () => Buffer.from('{"a": 1}'), 'No picture', /application\/json/],
    ['HEIC', async () => readFile(sample('images/plain.heic')), 'Format not supported', /image\/hei/],
  ])('%s', async (_, bytes, title, detail) => {
    const answer = await makeOf(makers, await bytes());
    expect(answer).toMatchObject({ reason: { title, detail: expect.stringMatching(detail) }, lasting: true });
  });

  test('an SVG loads nothing from elsewhere', async () => {
    const red = sample('../../../../emulators/media/chart.png');
    const svg = (href: string) =>
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64"><rect width="64" height="64" fill="blue"/><image width="64" height="64" xlink:href="${href}"/></svg>`,
      );
    const inline = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const data = `data:image/png;base64,${inline.toString('base64')}`;
    expect(await made(svg(data))).toMatchObject({ quarters: 'rrrr' });
    expect(await made(svg(red.href))).toMatchObject({ quarters: 'bbbb' });
    expect(await made(svg('http://127.0.0.1:9/a.png'))).toMatchObject({ quarters: 'bbbb' });
  });

  test('a maker that was ended is replaced', async () => {
    const own = createMakers({ most: 1 });
    const bytes = await quartered(60, 40).png().toBuffer();
    await makeOf(own, bytes);
    own.close();
    expect(await makeOf(own, bytes)).toHaveProperty('picture');
    own.close();
  });
});

const sample = (name: string) => new URL(`../../../probe/samples/${name}`, import.meta.url);
const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2);

/** So much noise that its preview is looked at. */
const largePicture = () =>
  sharp({
    create: {
      width: 900,
      height: 600,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .jpeg({ quality: 95 })
    .toBuffer();

/** Puts EXIF with an orientation and a JPEG preview into a JPEG. */
async function withPreview(jpeg: Buffer, preview: Buffer, orientation: number): Promise<Buffer> {
  const tiff = Buffer.alloc(8 + 2 + 12 + 4 + 2 + 2 * 12 + 4);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  const entry = (at: number, tag: number, type: number, value: number) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(1, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  tiff.writeUInt16LE(1, 8);
  entry(10, 0x0112, 3, orientation);
  tiff.writeUInt32LE(26, 22);
  tiff.writeUInt16LE(2, 26);
  entry(28, 0x0201, 4, tiff.length);
  entry(40, 0x0202, 4, preview.length);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, preview]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** A PNG that says it is of `side` × `side` pixels, and holds as many zeros as it needs to begin. */
function bombPng(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc(10_000_000));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
