import type { FoundKeyFrame } from './key-frame.ts';

const TIMESCALE = 1000;

/** Writes an MP4 that holds one frame, which any player or `ffmpeg -i pipe:0` shows as the file would. */
export function oneFrameMp4({ sampleDescription, trackHeader }: FoundKeyFrame, data: Uint8Array): Uint8Array {
  const write = (dataAt: number) =>
    join([box('ftyp', ascii('isom'), u32(512), ascii('isomiso2mp41')), moov(dataAt), box('mdat', data)]);
  const moov = (dataAt: number) =>
    box(
      'moov',
      box(
        'mvhd',
        u32(0, 0, 0, TIMESCALE, TIMESCALE, 0x10000, 0x1000000, 0, 0),
        UNITY,
        u32(0, 0, 0, 0, 0, 0, 2),
      ),
      box(
        'trak',
        box('tkhd', trackHeader),
        box(
          'mdia',
          box('mdhd', u32(0, 0, 0, TIMESCALE, TIMESCALE, 0)),
          box('hdlr', u32(0, 0), ascii('vide'), u32(0, 0, 0), new Uint8Array(1)),
          box(
            'minf',
            box('vmhd', u32(1, 0, 0)),
            box('dinf', box('dref', u32(0, 1), box('url ', u32(1)))),
            box(
              'stbl',
              box('stsd', sampleDescription),
              box('stts', u32(0, 1, 1, TIMESCALE)),
              box('stsc', u32(0, 1, 1, 1, 1)),
              box('stsz', u32(0, data.length, 1)),
              box('stco', u32(0, 1, dataAt)),
            ),
          ),
        ),
      ),
    );
  // The size of the boxes does not depend on the number that they hold.
  return write(write(0).length - data.length);
}

const UNITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

function box(type: string, ...content: Uint8Array[]): Uint8Array {
  const size = content.reduce((sum, { length }) => sum + length, 8);
  return join([u32(size), ascii(type), ...content]);
}

function u32(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    view.setUint32(i * 4, value);
  });
  return new Uint8Array(view.buffer);
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
