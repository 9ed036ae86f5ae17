import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { createMakers } from './makers.ts';
import { makeOf } from './testing.ts';

const FFMPEG = '/usr/bin/ffmpeg';
const makers = createMakers({ most: 1 });
afterAll(() => makers.close());

const sample = (name: string) => readFile(new URL(`../../../probe/samples/av/${name}`, import.meta.url));
const demo = (name: string) => readFile(new URL(`../../../../emulators/media/${name}`, import.meta.url));

/** Size, and whether it shows more than one colour. */
async function made(bytes: Uint8Array, task: Parameters<typeof makeOf>[2] = {}) {
  const answer = await makeOf(makers, bytes, task);
  if ('reason' in answer) throw new Error(`${answer.reason.title}: ${answer.reason.detail}`);
  const picture = sharp(answer.picture);
  const [{ width, height }, { channels }] = await Promise.all([picture.metadata(), picture.stats()]);
  return { width, height, isPlain: channels.every(({ min, max }) => max - min < 10) };
}

test.each([
  'h264.mp4',
  'h265.mp4',
  'vp9.webm',
  'h264.mkv',
  'mpeg4.avi',
  'h264.m2t',
  'prores.mov',
  'fragments.mp4',
])('a frame of %s', async name => {
  const picture = await made(await sample(name), { ffmpeg: FFMPEG });
  expect(Math.max(picture.width, picture.height)).toBeGreaterThan(15);
  expect(picture.isPlain).toBe(false);
});

test('a video is turned as it says', async () => {
  const upright = await made(await sample('h264.mp4'), { ffmpeg: FFMPEG });
  const turned = await made(await sample('rotated.mp4'), { ffmpeg: FFMPEG });
  expect(upright.width).toBeGreaterThan(upright.height);
  expect(turned.height).toBeGreaterThan(turned.width);
});

test('without ffmpeg the reason says so, and is not kept', async () => {
  expect(await makeOf(makers, await sample('h264.mp4'))).toMatchObject({
    reason: { title: 'Needs ffmpeg', detail: expect.stringContaining('does not find it') },
    lasting: false,
  });
});

test('a video whose frames are noise gets a reason', async () => {
  const bytes = await sample('h264.mp4');
  const media = bytes.indexOf('mdat') + 4;
  bytes.fill(0xff, media, media + 4000);
  expect(await makeOf(makers, bytes, { ffmpeg: FFMPEG })).toMatchObject({
    reason: { title: 'Video not decoded', detail: expect.stringContaining('ffmpeg') },
    lasting: true,
  });
});

test('the middle slice of DICOM', async () => {
  expect(await made(await demo('medical/phantom-1.dcm'))).toMatchObject({ isPlain: false });
});

test.each([
  ['plain', (bytes: Buffer) => bytes],
  ['compressed', gzipSync],
])('the middle slice of NIfTI, %s', async (_, pack) => {
  expect(await made(pack(nifti()))).toEqual({ width: 40, height: 30, isPlain: false });
});

test('NIfTI that inflates to more than its budget gets a reason', async () => {
  const bomb = gzipSync(Buffer.concat([nifti(), Buffer.alloc(150 << 20)]), { level: 1 });
  const title = expect.stringMatching(/^(Damaged file|Too much work)$/); // on a slow machine its time is over before
  expect(await makeOf(makers, bomb)).toMatchObject({ reason: { title }, lasting: true });
});

/** 40 × 30 × 3 voxels of 16 bits, brighter from left to right. */
function nifti(): Buffer {
  const [x, y, z] = [40, 30, 3];
  const bytes = Buffer.alloc(352 + x * y * z * 2);
  bytes.writeInt32LE(348, 0);
  [3, x, y, z].forEach((size, i) => {
    bytes.writeInt16LE(size, 40 + 2 * i);
  });
  bytes.writeInt16LE(4, 70);
  bytes.writeInt16LE(16, 72);
  bytes.writeFloatLE(352, 108);
  bytes.write('n+1\0', 344, 'latin1');
  for (let i = 0; i < x * y * z; i++) bytes.writeInt16LE((i % x) * 100, 352 + 2 * i);
  return bytes;
}
