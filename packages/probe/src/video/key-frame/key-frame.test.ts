import { expect, test } from 'vitest';
import { DEFAULT_BUDGET } from '../../budget.ts';
import { memorySource } from '../../byte-source.ts';
import { probe } from '../../probe.ts';
import { RangeReader } from '../../range-reader.ts';
import { avSample } from '../../testing-samples.ts';
import { findKeyFrame, readKeyFrame } from './key-frame.ts';

const open = (name: string) =>
  new RangeReader(memorySource(avSample(name)), DEFAULT_BUDGET, new AbortController().signal);

test.each([
  'h264.mp4',
  'rotated.mp4',
  'h264-cropped.mov',
  'h265.mp4',
  'av1.mp4',
  'vp9.mp4',
  'mpeg4.mp4',
  'prores.mov',
  'mjpeg.mov',
  'fragments.mp4',
])('the file of one frame of %s says of its picture what the whole file says', async name => {
  const whole = (await probe(memorySource(avSample(name)), name)).facts;
  const one = (await probe(memorySource(await readKeyFrame(open(name))), 'one.mp4')).facts;
  const { codec, width, height, pixelFormat, rotation } = whole;
  expect(one).toMatchObject({ codec, width, height, pixelFormat, rotation, frames: 1, faststart: true });
});

test('finds a frame of H.264 that is a key frame', async () => {
  const { offset, length } = await findKeyFrame(open('h264.mp4'));
  const frame = avSample('h264.mp4').subarray(offset, offset + length);
  expect(kindsOfNals(frame)).toContain(5);
});

test('does not read a frame that is larger than allowed', async () => {
  await expect(readKeyFrame(open('h264.mp4'), 10)).rejects.toMatchObject({
    code: 'over_budget',
    message: expect.stringContaining('up to 10 bytes'),
  });
});

test('says that a sound has no frame', async () => {
  await expect(readKeyFrame(open('alac.m4a'))).rejects.toMatchObject({ message: 'The file has no video.' });
});

/** The types of the NAL units of a frame, which stand behind their lengths. */
function kindsOfNals(frame: Uint8Array): number[] {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const kinds: number[] = [];
  for (let at = 0; at < frame.length; at += 4 + view.getUint32(at)) kinds.push(frame[at + 4]! & 31);
  return kinds;
}
