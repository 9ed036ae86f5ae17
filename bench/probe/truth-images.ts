import { measure } from '../measured.ts';
import type { CorpusFile } from './corpus.ts';

type Facts = CorpusFile['facts'];
type Tags = Record<string, string | number | undefined>;

const TAGS = [
  ...['MIMEType', 'ImageWidth', 'ImageHeight', 'Orientation', 'Rotation', 'BitDepth', 'BitsPerSample'],
  ...['ImagePixelDepth', 'FrameCount', 'AnimationFrames', 'ColorComponents', 'PhotometricInterpretation'],
];
const CMYK = { ColorComponents: 4, PhotometricInterpretation: 5 };
/** Degrees that `irot` turns the other way round, in steps. */
const TURNS = new Map([
  [90, 270],
  [180, 180],
  [270, 90],
] as const);

/** What exiftool, ffprobe and jxlinfo say of pictures. Those that exiftool finds faulty are left out. */
export async function imageTruth(paths: readonly string[]): Promise<{ path: string; facts: Facts }[]> {
  const arguments_ = ['-j', '-n', '-G1', '-Error', '-Warning', ...TAGS.map(tag => `-${tag}`), ...paths];
  const found: Tags[] = JSON.parse((await measure('exiftool', arguments_)).stdout);
  const truths: { path: string; facts: Facts }[] = [];
  for (const tags of found) {
    const path = String(tags.SourceFile);
    const faulty = first(tags, 'Error') ?? first(tags, 'Warning');
    if (faulty === undefined) truths.push({ path, facts: await factsOf(path, tags) });
  }
  return truths;
}

async function factsOf(path: string, tags: Tags): Promise<Facts> {
  if (path.endsWith('.jxl')) return { ...(await jxlFacts(path)), ...(await pixelFormat(path, tags)) };
  const turned = first(tags, 'Rotation');
  const bits = first(tags, 'BitDepth') ?? first(tags, 'BitsPerSample') ?? first(tags, 'ImagePixelDepth');
  const frames = first(tags, 'FrameCount') ?? first(tags, 'AnimationFrames');
  const mediaType = first(tags, 'MIMEType');
  const directories = Object.keys(tags).filter(name => /^IFD\d+:ImageWidth$/.test(name)).length;
  return {
    kind: 'image',
    // Of slides exiftool says that they are TIFF.
    ...(typeof mediaType === 'string' &&
      !/\.(svs|ndpi)$/.test(path) && { mediaType: MEDIA_TYPES[mediaType] ?? mediaType }),
    width: Number(first(tags, 'ImageWidth')),
    height: Number(first(tags, 'ImageHeight')),
    orientation: oneOf8(first(tags, 'Orientation')),
    ...(turned !== undefined && { rotation: TURNS.get(Number(turned) as 90) ?? 0 }),
    // In BMP exiftool counts the bits of a pixel rather than of a sample.
    ...(bits !== undefined && !path.endsWith('.bmp') && { bitDepth: Number(String(bits).split(' ')[0]) }),
    ...(frames !== undefined && { frames: Number(frames) }),
    ...(/\/(pages|bigtiff-pages)\.tif$/.test(path) && { pages: directories }),
    ...(await pixelFormat(path, tags)),
  };
}

/** exiftool's own names, and those that are registered. */
const MEDIA_TYPES: Record<string, string> = {
  'image/jpx': 'image/jp2',
  'image/x-j2c': 'image/j2c',
  'image/x-tiff-big': 'image/tiff',
};

/** ffprobe names no format for CMYK: it says into what it would convert the picture. */
async function pixelFormat(path: string, tags: Tags): Promise<Partial<Facts>> {
  const isCmyk = Object.entries(CMYK).some(([tag, value]) => first(tags, tag) === value);
  if (isCmyk || path.endsWith('.heic')) return {};
  const { stdout } = await measure('ffprobe', [
    ...['-v', 'quiet', '-select_streams', 'v:0', '-show_entries', 'stream=pix_fmt', '-of', 'csv=p=0', path],
  ]).catch(() => ({ stdout: '' }));
  const [name = ''] = stdout.trim().split('\n');
  return name && name !== 'unknown' ? { pixelFormat: name } : {};
}

/** exiftool does not read the header of JPEG XL, and ffprobe gives the dimensions after orientation. */
async function jxlFacts(path: string): Promise<Facts> {
  const { stdout } = await measure('jxlinfo', [path]);
  const [, width, height, bits] = /(\d+)x(\d+), .*?(\d+)-bit/.exec(stdout)!;
  const [, orientation] = /Orientation: (\d)/.exec(stdout) ?? []; // It says nothing of upright pictures.
  return {
    kind: 'image',
    mediaType: 'image/jxl',
    width: Number(width),
    height: Number(height),
    bitDepth: Number(bits),
    orientation: orientation ? Number(orientation) : null,
  };
}

const oneOf8 = (value: unknown): number | null =>
  typeof value === 'number' && value >= 1 && value <= 8 ? value : null;

/** The value of a tag in the first group that has it. */
const first = (tags: Tags, tag: string): string | number | undefined =>
  Object.entries(tags).find(([name]) => name.split(':').at(-1) === tag)?.[1];
