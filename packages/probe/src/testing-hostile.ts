// Files that are made to harm those who read them. Each has a name that says what it does.
import { type ByteSource, memorySource } from './byte-source.ts';
import { box, bytes, chunk, exifSegment, jpegOf, pngOf, segment, tiffOf } from './images/testing-images.ts';

const { ascii, big16, big32, little } = bytes;
const MOST = [255, 255, 255, 255];
const MEGABYTE = 1 << 20;

/** A large file that needs no memory: `start`, then `pattern` again and again. */
export function endless(
  start: readonly number[],
  pattern: readonly number[],
  sizeBytes = 50 * MEGABYTE,
): ByteSource {
  return {
    sizeBytes,
    read: async (offset, length) =>
      Uint8Array.from({ length }, (_, i) => {
        const at = offset + i;
        return at < start.length ? start[at]! : pattern[(at - start.length) % pattern.length]!;
      }),
  };
}

const file = (content: readonly number[] | Uint8Array): ByteSource => memorySource(Uint8Array.from(content));
const repeat = (part: readonly number[], times: number): number[] => new Array(times).fill(part).flat();

const SOI = [0xff, 0xd8];
const PNG = [...pngOf()];
const FTYP = box('ftyp', [...ascii('heic'), 0, 0, 0, 0, ...ascii('mif1heic')]);
const JXL = [
  ...box('JXL ', [13, 10, 0x87, 10]),
  ...box('ftyp', [...ascii('jxl '), 0, 0, 0, 0, ...ascii('jxl ')]),
];
const JP2 = [
  ...box('jP  ', [13, 10, 0x87, 10]),
  ...box('ftyp', [...ascii('jp2 '), 0, 0, 0, 0, ...ascii('jp2 ')]),
];
const meta = (...boxes: readonly number[][]) => [...FTYP, ...box('meta', [0, 0, 0, 0, ...boxes.flat()])];
const riff = (content: readonly number[], size = content.length + 4) => [
  ...ascii('RIFF'),
  ...little(size, 4),
  ...ascii('WEBP'),
  ...content,
];
const riffChunk = (type: string, content: readonly number[], size = content.length) => [
  ...ascii(type),
  ...little(size, 4),
  ...content,
];
const GIF = [...ascii('GIF89a'), 2, 0, 2, 0, 0, 0, 0];
const size = [[256, 3, 1, 5] as const, [257, 3, 1, 4] as const];
const bigTiff = (rest: readonly number[]) => [...ascii('II+\0'), 8, 0, 0, 0, ...rest];
const codestream = (components: number) => [
  ...[0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0],
  ...[9, 9, 0, 0, 9, 9, 0, 0].flatMap(value => big32(value)),
  ...big16(components),
];

/** Nested so deep that a reader that calls itself would run out of stack. */
function nested(type: string, depth: number): number[] {
  const content: number[] = [];
  for (let left = depth; left > 0; left--) content.push(...big32(left * 8), ...ascii(type));
  return content;
}

const jpegs: Record<string, ByteSource> = {
  'jpeg: 50 MB of fill bytes': endless(SOI, [0xff]),
  'jpeg: 50 MB of zeros': endless([...SOI, 0xff], [0]),
  'jpeg: empty segments without end': endless(SOI, segment(0xe5, [])),
  'jpeg: full segments without end': endless(SOI, segment(0xe5, new Array(65_000).fill(1))),
  'jpeg: restart markers without end': endless(SOI, [0xff, 0xd0]),
  'jpeg: start markers without end': endless([], SOI),
  'jpeg: a length of zero': file([...SOI, 0xff, 0xe0, 0, 0, ...jpegOf()]),
  'jpeg: a length beyond the end': file([...SOI, 0xff, 0xe0, 255, 255]),
  'jpeg: no size': file([...SOI, ...segment(0xc0, [8, 0, 0, 0, 0, 3, 1, 0x11, 0])]),
  'jpeg: 255 components': file([...SOI, ...segment(0xc0, [8, 0, 9, 0, 9, 255])]),
  'jpeg: sampling factors of zero': file([
    ...SOI,
    ...segment(0xc0, [8, 0, 9, 0, 9, 3, 1, 0, 0, 2, 0, 0, 3, 0, 0]),
  ]),
  'jpeg: a scan before its header': file([...SOI, ...segment(0xda, [])]),
  'jpeg: EXIF segments without end': endless(
    [...SOI, ...exifSegment(tiffOf([size]))],
    exifSegment([1, 2, 3, 4]),
  ),
  'jpeg: a thumbnail that is the EXIF data': file(
    jpegOf(
      exifSegment(
        tiffOf([
          size,
          [
            [0x201, 4, 1, 8],
            [0x202, 4, 1, 0xffffffff],
          ],
        ]),
      ),
    ),
  ),
  'jpeg: EXIF that follow themselves': file(jpegOf(exifSegment(tiffOf([size], 8)))),
  'jpeg: a GPS directory that is the first': file(jpegOf(exifSegment(tiffOf([[[0x8825, 4, 1, 8]]])))),
  'jpeg: a GPS directory beyond the end': file(jpegOf(exifSegment(tiffOf([[[0x8825, 4, 1, 0xfffffff0]]])))),
  'jpeg: four billion pictures': file(
    jpegOf(segment(0xe2, [...ascii('MPF\0'), ...tiffOf([[[0xb002, 7, 0xffffffff, 8]]])])),
  ),
};

const pngs: Record<string, ByteSource> = {
  'png: empty chunks without end': endless(PNG, chunk('tEXt', [])),
  'png: compressed text without end': endless(
    PNG,
    chunk('zTXt', [...ascii('a\0\0'), ...new Array(300).fill(0x78)]),
  ),
  'png: a compressed text that grows a thousand times': file(
    pngOf(
      chunk('zTXt', [
        ...ascii('a\0\0'),
        0x78,
        0x9c,
        ...repeat([0xed, 0xc1, 1, 1, 0, 0, 0, 0x80, 0x90], 5000),
      ]),
    ),
  ),
  'png: a chunk of 4 GB': file([...PNG, ...chunk('iCCP', [], 0xffffffff)]),
  'png: a chunk of 2 GB': file([...PNG, ...chunk('iCCP', [], 0x7fffffff)]),
  'png: a header of four billion pixels': file([
    ...PNG.slice(0, 16),
    ...MOST,
    ...MOST,
    8,
    2,
    0,
    0,
    0,
    ...MOST,
  ]),
  'png: a header of no pixels': file([...PNG.slice(0, 16), ...new Array(17).fill(0)]),
  'png: a header of 4 GB': file([...PNG.slice(0, 8), ...chunk('IHDR', [1], 0xffffffff)]),
  'png: an end without a picture': file(pngOf(chunk('IEND', []))),
  'png: no header': file([...PNG.slice(0, 8), ...chunk('IDAT', [])]),
  'png: Apple chunks without end': endless(PNG.slice(0, 8), chunk('CgBI', [])),
  'png: four billion frames': file(pngOf(chunk('acTL', [...MOST, ...MOST]), chunk('IDAT', []))),
  'png: an animation without numbers': file(pngOf(chunk('acTL', [], 8))),
  'png: EXIF of 2 GB behind the picture': file(pngOf(chunk('IDAT', []), chunk('eXIf', [], 0x7fffffff))),
  'png: EXIF in a circle': file(pngOf(chunk('eXIf', tiffOf([[[0x8825, 4, 1, 8]]], 8)), chunk('IDAT', []))),
};

const others: Record<string, ByteSource> = {
  'webp: a chunk of 4 GB': file(riff(riffChunk('VP8 ', [], 0xffffffff))),
  'webp: empty chunks without end': endless(riff([], 0xffffffff), riffChunk('ABCD', [])),
  'webp: frames without end': endless(
    riff(riffChunk('VP8X', [2, ...new Array(9).fill(0)]), 0xffffffff),
    riffChunk('ANMF', new Array(24).fill(1)),
  ),
  'webp: frames of nothing': file(
    riff([...riffChunk('VP8X', [2, ...new Array(9).fill(0)]), ...riffChunk('ANMF', [])]),
  ),
  'webp: pictures that are not there': file(riff(riffChunk('VP8L', []))),
  'webp: EXIF of 4 GB': file(
    riff([...riffChunk('VP8X', [8, ...new Array(9).fill(0)]), ...riffChunk('EXIF', [], 0xffffffff)]),
  ),
  'webp: no chunks': file(riff([])),
  'gif: comments without end': endless(GIF, [0x21, 0xfe, 1, 65, 0]),
  'gif: tiny blocks without end': endless([...GIF, 0x21, 0xfe], [1, 65]),
  'gif: full blocks without end': endless([...GIF, 0x21, 0xfe], [255, ...new Array(255).fill(1)]),
  'gif: frames without end': endless(GIF, [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 0]),
  'gif: no size': file([...ascii('GIF89a'), 0, 0, 0, 0, 0, 0, 0]),
  'gif: only a header': file(GIF),
  'bmp: the least number as its height': file([
    ...[...ascii('BM'), ...new Array(12).fill(0)],
    ...[...little(40, 4), ...little(1, 4), 0, 0, 0, 0x80, 1, 0, 32, 0],
    ...new Array(24).fill(0),
  ]),
  'bmp: a width below zero': file([
    ...ascii('BM'),
    ...new Array(12).fill(0),
    ...little(40, 4),
    ...MOST,
    ...MOST,
    1,
    0,
    24,
    0,
  ]),
  'bmp: 65,535 bits for a pixel': file([
    ...ascii('BM'),
    ...new Array(12).fill(0),
    ...little(12, 4),
    9,
    0,
    9,
    0,
    1,
    0,
    255,
    255,
  ]),
};

const tiffs: Record<string, ByteSource> = {
  'tiff: a directory that follows itself': file(tiffOf([size], 8)),
  'tiff: directories in a circle': file(tiffOf([size, size, size], 8)),
  'tiff: a hundred thousand directories': chainOfDirectories(100_000),
  'tiff: directories that lie far from each other': farDirectories(),
  'tiff: 65,535 fields in a small file': file([...ascii('II*\0'), 8, 0, 0, 0, 255, 255]),
  'tiff: no fields': file([...ascii('II*\0'), 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  'tiff: a directory beyond the end': file([...ascii('II*\0'), ...MOST]),
  'tiff: a next directory beyond the end': file(tiffOf([size], 0xfffffff0)),
  'tiff: four billion strips': file(tiffOf([[...size, [273, 4, 0xffffffff, 8], [279, 4, 0xffffffff, 8]]])),
  'tiff: four billion samples': file(tiffOf([[...size, [258, 3, 0xffffffff, 8], [277, 3, 1, 65_535]]])),
  'tiff: a description of 4 GB': file(tiffOf([[...size, [270, 2, 0xffffffff, 8]]])),
  'tiff: directories below that are the first': file(tiffOf([[...size, [254, 4, 1, 1], [330, 4, 2, 8]]])),
  'tiff: four billion directories below': file(tiffOf([[...size, [254, 4, 1, 1], [330, 4, 0xffffffff, 8]]])),
  'tiff: fields of unknown types': file(
    tiffOf([
      [
        [256, 99, 1, 5],
        [257, 0, 1, 5],
      ],
    ]),
  ),
  'tiff: no size': file(
    tiffOf([
      [
        [256, 3, 1, 0],
        [257, 3, 1, 0],
      ],
    ]),
  ),
  'tiff: the size as infinity': file(
    tiffOf([
      [
        [256, 11, 1, 0x7f800000],
        [257, 11, 1, 0x7fc00000],
      ],
    ]),
  ),
  'tiff: the size as a fraction': file(
    tiffOf([
      [
        [256, 11, 1, 0x3fc00000],
        [257, 11, 1, 0x3fc00000],
      ],
    ]),
  ),
  'tiff: bits of a sample as a fraction': file(tiffOf([[...size, [258, 11, 1, 0x3fc00000]]])),
  'bigtiff: more fields than numbers': file(bigTiff([16, 0, 0, 0, 0, 0, 0, 0, ...MOST, ...MOST])),
  'bigtiff: a directory beyond all': file(bigTiff([...MOST, ...MOST])),
  'bigtiff: only a header': file(bigTiff([])),
  'ndpi: levels in a circle': file(tiffOf([[...size, [65420, 3, 1, 1], [65421, 11, 1, 0x41a00000]]], 8)),
  'svs: levels in a circle': file([...tiffOf([[...size, [270, 2, 7, 50]]], 8), ...ascii('Aperio\0')]),
};

const boxes: Record<string, ByteSource> = {
  'heif: tiny boxes without end': endless(FTYP, box('free', [])),
  'heif: a meta box of 4 GB': endless([...FTYP, ...box('meta', [], 0xfffffff0)], [0]),
  'heif: tiny boxes in the meta box': file(meta(repeat(box('free', []), 20_000))),
  'heif: a box that ends beyond its parent': file(meta(box('iinf', [], 0xfffffff0))),
  'heif: a box of no length': file(meta(box('iinf', [], 0))),
  'heif: a box shorter than its header': file(meta(box('iinf', [], 4))),
  'heif: boxes nested 100,000 deep': file(meta(nested('iprp', 100_000))),
  'heif: boxes nested 100,000 deep in properties': file(meta(box('iprp', nested('ipco', 100_000)))),
  'heif: four billion places': file(meta(box('iloc', [2, 0, 0, 0, 0x44, 0x40, ...MOST]))),
  'heif: places with 65,535 parts': file(
    meta(box('iloc', [0, 0, 0, 0, 0, 0, 255, 255, ...repeat([0, 1, 0, 0, 255, 255], 5000)])),
  ),
  'heif: four billion associations': file(meta(box('iprp', box('ipma', [0, 0, 0, 0, ...MOST, 0, 1, 255])))),
  'heif: associations with properties that are not there': file(
    meta(
      box('pitm', [0, 0, 0, 0, 0, 1]),
      box('iprp', [...box('ipco', []), ...box('ipma', [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 127])]),
    ),
  ),
  'heif: an empty meta box': file(meta()),
  'heif: no meta box': file(FTYP),
  'heif: 1,000 thumbnails of themselves': file(
    meta(
      box('pitm', [0, 0, 0, 0, 0, 1]),
      box('iref', [0, 0, 0, 0, ...repeat(box('thmb', [0, 1, 0, 1, 0, 1]), 1000)]),
    ),
  ),
  'jxl: tiny boxes without end': endless(JXL, box('free', [])),
  'jxl: no picture': file(JXL),
  'jxl: a codestream beyond the end': file([...JXL, ...box('jxlc', [], 0xfffffff0)]),
  'jxl: four thousand channels': file([0xff, 0x0a, ...new Array(200).fill(0xfe)]),
  'jxl: only ones': endless([0xff, 0x0a], [255]),
  'jxl: only zeros': endless([0xff, 0x0a], [0]),
  'jxl: EXIF that begin 4 GB further': file([
    ...JXL,
    ...box('Exif', MOST),
    ...box('jxlc', [0xff, 0x0a, 0, 0, 0, 0, 0]),
  ]),
  'jpeg2000: tiny boxes without end': endless(JP2, box('free', [])),
  'jpeg2000: no picture': file(JP2),
  'jpeg2000: no components': file(codestream(0)),
  'jpeg2000: 65,535 components': file([...codestream(65_535), 7, 1, 1]),
  'jpeg2000: steps of zero': file([...codestream(3), 7, 0, 0, 7, 0, 0, 7, 0, 0]),
  'jpeg2000: only its mark': file([0xff, 0x4f, 0xff, 0x51]),
};

const anything: Record<string, ByteSource> = {
  'an empty file': file([]),
  'one byte': file([0xff]),
  '50 MB of 0xFF': endless([], [255]),
  '50 MB of zeros': endless([], [0]),
  '50 MB of one letter': endless([], [65]),
  '50 MB of brackets': endless([], ascii('[')),
  '50 MB of line ends': endless([], [10]),
  'a terabyte of zeros': endless([], [0], 2 ** 40),
  'a size beyond all numbers': endless(SOI, [0xff], Number.MAX_SAFE_INTEGER),
  'a storage that sends nothing': { sizeBytes: 1000, read: async () => new Uint8Array() },
  'a storage that sends too much': { sizeBytes: 1000, read: async () => new Uint8Array(5000) },
  'a storage that throws nothing': { sizeBytes: 1000, read: () => Promise.reject(undefined) },
};

/** All of them by name. */
export const HOSTILE: Readonly<Record<string, ByteSource>> = {
  ...jpegs,
  ...pngs,
  ...others,
  ...tiffs,
  ...boxes,
  ...anything,
};

function chainOfDirectories(count: number): ByteSource {
  const each = 2 + 12 * 2 + 4;
  const one = tiffOf([size]).slice(8, -4);
  const content = new Uint8Array(8 + count * each);
  content.set([...ascii('II*\0'), 8, 0, 0, 0]);
  for (let at = 8; at < content.length; at += each) content.set([...one, ...little(at + each, 4)], at);
  return memorySource(content);
}

/** A megabyte between each and the next. */
function farDirectories(): ByteSource {
  const directory = tiffOf([size]).slice(8, -4);
  const sizeBytes = 2 ** 31;
  return {
    sizeBytes,
    read: async (offset, length) => {
      const part = new Uint8Array(length);
      const put = (at: number, values: readonly number[]) =>
        values.forEach((value, i) => {
          if (at + i >= offset && at + i < offset + length) part[at + i - offset] = value;
        });
      put(0, [...ascii('II*\0'), ...little(MEGABYTE, 4)]);
      for (let at = Math.max(1, Math.floor(offset / MEGABYTE)); at * MEGABYTE < offset + length; at++)
        put(at * MEGABYTE, [...directory, ...little((at + 1) * MEGABYTE, 4)]);
      return part;
    },
  };
}
