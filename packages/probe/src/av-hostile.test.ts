import { mediaFacts } from '@mooring/contract';
import { describe, expect, test } from 'vitest';
import { DEFAULT_BUDGET } from './budget.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { probe } from './probe.ts';
import { ProbeError } from './probe-error.ts';
import { RangeReader } from './range-reader.ts';
import { avSample } from './testing-samples.ts';
import { findKeyFrame } from './video/key-frame/key-frame.ts';

/** The code of the error, or `facts` where there were facts that the contract allows. */
async function outcome(source: ByteSource): Promise<string> {
  try {
    mediaFacts.parse((await probe(source, 'crafted.bin')).facts);
    return 'facts';
  } catch (error) {
    if (error instanceof ProbeError) return error.code;
    throw error;
  }
}

const bytesOf = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));
const join = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, i * 4);
  });
  return Uint8Array.from(bytes);
};
const box = (type: string, ...content: Uint8Array[]) => {
  const inner = join(...content);
  return join(u32(inner.length + 8), bytesOf(type), inner);
};
const FTYP = box('ftyp', bytesOf('isom'), u32(0));
const MVHD = box('mvhd', u32(0, 0, 0, 1000, 1000), new Uint8Array(80));
const MDAT = box('mdat', new Uint8Array(16));
const track = (...tables: Uint8Array[]) =>
  box(
    'trak',
    box('tkhd', u32(0, 0, 0, 1), new Uint8Array(80)),
    box(
      'mdia',
      box('mdhd', u32(0, 0, 0, 1000, 1000, 0)),
      box('hdlr', u32(0, 0), bytesOf('vide'), new Uint8Array(12)),
      box('minf', box('stbl', ...tables)),
    ),
  );
const movie = (...content: Uint8Array[]) => join(FTYP, box('moov', MVHD, ...content), MDAT);

/** A start, and then a pattern without end that is made as it is read. */
function endless(start: Uint8Array, pattern: Uint8Array, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    read: async (offset, length) =>
      Uint8Array.from({ length }, (_, i) => {
        const at = offset + i;
        return at < start.length ? start[at]! : pattern[(at - start.length) % pattern.length]!;
      }),
  };
}

const TINY_BOX = box('free');
const MANY = 40 << 20;

describe('ISO media files', () => {
  const counts = u32(0, 0xffffffff);
  test.each([
    ['stts', track(box('stts', counts, u32(1, 1)))],
    [
      'stsz with a long stts',
      track(box('stts', u32(0, 9000), new Uint8Array(72_000)), box('stsz', u32(0), counts)),
    ],
  ])('a count of four thousand million in %s', async (_, trak) => {
    expect(await outcome(memorySource(movie(trak)))).toBe('malformed');
  });

  test.each([
    ['with sizes', 0x200],
    ['without sizes', 0],
  ])('a run of four thousand million samples %s', async (_, flags) => {
    const moof = box('moof', box('traf', box('tfhd', u32(0, 1)), box('trun', u32(flags, 0xffffffff))));
    const file = join(FTYP, box('moov', MVHD, track(), box('mvex')), moof, MDAT);
    expect(await outcome(memorySource(file))).toBe('malformed');
  });

  test('five million tiny boxes, outermost, in the index and in a track', async () => {
    const inside = (type: string, around: Uint8Array) =>
      join(around, u32(MANY - around.length), bytesOf(type));
    const open = [FTYP, inside('moov', FTYP), inside('trak', join(FTYP, u32(MANY - 16), bytesOf('moov')))];
    for (const start of open) expect(await outcome(endless(start, TINY_BOX, MANY))).toBe('malformed');
  });

  test.each(['moov', 'trak', 'mdia', 'stbl', 'udta', 'meta'])('%s, 500,000 levels deep', async type => {
    const depth = 500_000;
    const nested = new Uint8Array(depth * 8);
    const view = new DataView(nested.buffer);
    for (let i = 0; i < depth; i++) {
      view.setUint32(i * 8, (depth - i) * 8);
      nested.set(bytesOf(type), i * 8 + 4);
    }
    expect(await outcome(memorySource(movie(nested)))).toMatch(/^(facts|malformed)$/);
  });

  test.each([
    ['a size of 0 in the index', movie(join(u32(0), bytesOf('trak')))],
    ['a size below that of its header', movie(join(u32(7), bytesOf('trak')))],
    ['a size of 64 bits beyond numbers', join(FTYP, u32(1), bytesOf('moov'), u32(0xffffffff, 0xffffffff))],
    ['a box that ends beyond the one around it', movie(join(u32(1 << 20), bytesOf('trak'), u32(0, 0)))],
    ['no index', join(FTYP, MDAT)],
  ])('%s', async (_, file) => expect(await outcome(memorySource(file))).toMatch(/^(facts|malformed)$/));

  test('an index that is cut off', async () => {
    const whole = avSample('h264.mp4');
    expect(await outcome(memorySource(whole.subarray(0, 500)))).toBe('truncated');
  });

  test('data that is cut off leaves the facts, with a warning', async () => {
    const { facts, warnings } = await probe(memorySource(avSample('h264.mp4').subarray(0, 4000)), 'a.mp4');
    expect(facts).toMatchObject({ width: 64, frames: 10 });
    expect(warnings).toMatchObject([{ code: 'truncated' }]);
  });

  test.each([
    ['stsc', box('stsc', u32(0, 1, 1, 0xffffffff, 1)), box('stsz', u32(0, 100, 0xffffffff))],
    ['stsz', box('stsc', u32(0, 1, 1, 1, 1)), box('stsz', u32(0, 0, 0xffffffff))],
    ['stco', box('stsc', u32(0, 1, 1, 1, 1)), box('stsz', u32(0, 100, 0xffffffff))],
  ])('a key frame that %s cannot place', async (_, ...tables) => {
    const source = memorySource(movie(track(...tables, box('stco', u32(0, 0xffffffff)))));
    const reader = new RangeReader(source, DEFAULT_BUDGET, new AbortController().signal);
    await expect(findKeyFrame(reader)).rejects.toBeInstanceOf(ProbeError);
  });
});

const EBML = join(u32(0x1a45dfa3), bytesOf('\x87\x42\x82\x84webm'));
const SEGMENT = join(u32(0x18538067), bytesOf('\x01\xff\xff\xff\xff\xff\xff\xff'));
const TRACKS = join(u32(0x1654ae6b), bytesOf('\x8a\xae\x88\xd7\x81\x01\x83\x81\x01\x86\x80'));
const CLUSTER = join(u32(0x1f43b675), bytesOf('\xff'));

describe('Matroska', () => {
  test.each([
    ['empty elements before the media', join(EBML, SEGMENT), bytesOf('\xec\x80'), 'malformed'],
    ['clusters of unknown size in each other', join(EBML, SEGMENT, TRACKS), CLUSTER, 'facts'],
    [
      'groups of unknown size in each other',
      join(EBML, SEGMENT, TRACKS, CLUSTER),
      bytesOf('\xa0\xff'),
      'facts',
    ],
    ['blocks of no bytes', join(EBML, SEGMENT, TRACKS, CLUSTER), bytesOf('\xa3\x80'), 'facts'],
    ['zeros', join(EBML, SEGMENT, TRACKS), new Uint8Array(1), 'malformed'],
  ])('%s', async (_, start, pattern, expected) => {
    expect(await outcome(endless(start, pattern, MANY))).toBe(expected);
  });

  test('an index of parts that points at itself', async () => {
    const seek = bytesOf('\x11\x4d\x9b\x74\x8e\x4d\xbb\x8b\x53\xab\x84\x16\x54\xae\x6b\x53\xac\x81\x00');
    expect(await outcome(memorySource(join(EBML, SEGMENT, seek)))).toBe('malformed');
  });
});

const chunk = (id: string, size: number) => {
  const bytes = Buffer.alloc(8);
  bytes.write(id, 'latin1');
  bytes.writeUInt32LE(size, 4);
  return Uint8Array.from(bytes);
};

describe('other containers and sounds', () => {
  const packet = Uint8Array.from({ length: 188 }, (_, i) => (i === 0 ? 0x47 : 0xff));
  const pat = join(Uint8Array.of(0x47, 0x40, 0, 0x10, 0, 0, 0xb0, 0xff), new Uint8Array(180));
  const id3 = join(bytesOf('ID3\x04\0\0'), new Uint8Array(4));
  const page = join(bytesOf('OggS\0\x02'), new Uint8Array(21));
  test.each([
    ['transport packets of nothing', packet, packet, 'malformed'],
    ['a program table that lists no program', pat, packet, 'malformed'],
    ['AVI of empty chunks', join(chunk('RIFF', MANY), bytesOf('AVI ')), chunk('JUNK', 0), 'malformed'],
    [
      'AVI of lists',
      join(chunk('RIFF', MANY), bytesOf('AVI ')),
      join(chunk('LIST', 4), bytesOf('hdrl')),
      'malformed',
    ],
    ['WAV of empty chunks', join(chunk('RIFF', MANY), bytesOf('WAVE')), chunk('JUNK', 0), 'malformed'],
    [
      'AIFF of empty chunks',
      join(bytesOf('FORM'), u32(MANY), bytesOf('AIFF')),
      join(bytesOf('ANNO'), u32(0)),
      'malformed',
    ],
    ['empty tags before the sound', id3, id3, 'malformed'],
    [
      'a tag of 256 MiB',
      join(bytesOf('ID3\x04\0\0'), bytesOf('\x7f\x7f\x7f\x7f')),
      new Uint8Array(1),
      'malformed',
    ],
    ['empty pages of Ogg', page, page, 'malformed'],
    ['fLaC, and nothing of it', bytesOf('fLaC'), new Uint8Array(1), 'facts'],
    ['bytes of 255', Uint8Array.of(255), Uint8Array.of(255), 'not_recognised'],
    ['bytes of 0x47', Uint8Array.of(0x47), Uint8Array.of(0x47), 'malformed'],
  ])('%s', async (_, start, pattern, expected) => {
    expect(await outcome(endless(start, pattern, MANY))).toBe(expected);
  });

  test('RIFF that says it is longer', async () => {
    const { warnings } = await probe(memorySource(avSample('mpeg4.avi').subarray(0, 9000)), 'a.avi');
    expect(warnings).toMatchObject([{ code: 'truncated' }]);
    const wav = await probe(memorySource(avSample('pcm24.wav').subarray(0, 6068)), 'a.wav');
    expect(wav.facts.durationSeconds).toBe(0.5);
    expect(wav.warnings).toMatchObject([{ code: 'truncated' }]);
  });
});
