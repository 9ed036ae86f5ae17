import { readdir, readFile } from 'node:fs/promises';
import type { SeedObject } from '../objects.ts';

const MEDIA = new URL('../../media/', import.meta.url);

const TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
  webm: 'video/webm',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  pdf: 'application/pdf',
  dcm: 'application/dicom',
  txt: 'text/plain; charset=utf-8',
  csv: 'text/csv',
};

/** Where each medium is put: its key, and its file under media/. */
const PLACES: Record<string, string> = {
  'photos/nature/aitzgorri.jpg': 'photos/aitzgorri.jpg',
  'photos/nature/dahlia.jpg': 'photos/dahlia.jpg',
  'photos/nature/dandelions.jpg': 'photos/dandelions.jpg',
  'photos/nature/picos-de-europa.jpg': 'photos/picos-de-europa.jpg',
  'photos/nature/stream.jpg': 'photos/stream.jpg',
  'photos/nature/sunset.jpg': 'photos/sunset.jpg',
  'photos/animals/chelsea.jpg': 'photos/chelsea.jpg',
  'photos/animals/two-dogs.jpg': 'photos/two-dogs.jpg',
  'photos/things/brushes.jpg': 'photos/brushes.jpg',
  'photos/things/coffee.jpg': 'photos/coffee.jpg',
  'photos/things/coffee.webp': 'coffee.webp',
  'photos/things/fig.jpg': 'photos/fig.jpg',
  'photos/things/wine.jpg': 'photos/wine.jpg',
  'photos/places/summer-palace.jpg': 'photos/summer-palace.jpg',
  'photos/space/hubble-deep-field.jpg': 'photos/hubble-deep-field.jpg',
  'photos/space/rocket.jpg': 'photos/rocket.jpg',
  'video/mandelbrot.webm': 'mandelbrot.webm',
  'video/mountains.mp4': 'mountains.mp4',
  'audio/chime.wav': 'chime.wav',
  'audio/scale.mp3': 'scale.mp3',
  'documents/chart.png': 'chart.png',
  'documents/field-notes.pdf': 'field-notes.pdf',
  'medical/head-phantom/1.dcm': 'medical/phantom-1.dcm',
  'medical/head-phantom/2.dcm': 'medical/phantom-2.dcm',
  'medical/head-phantom/3.dcm': 'medical/phantom-3.dcm',
  'medical/retina.jpg': 'medical/retina.jpg',
};

/** Keys that are allowed and break code that pastes them into URLs, paths, XML, SQL or JSON. */
const NASTY_KEYS = [
  'names/with spaces  and a trailing one /picture 1.jpg',
  'names/#hash ?question %percent &ampersand +plus =equals.jpg',
  'names/already%20encoded%2F100%25.jpg',
  `names/${'accents àéîõü ñ ç'.normalize('NFC')}.jpg`,
  `names/${'accents àéîõü ñ ç'.normalize('NFD')}.jpg`,
  'names/emoji 😀 🧭 👩🏽‍🚀.jpg',
  'names/山 горы ภูเขา جبال.jpg',
  'names/dots/../not-up.jpg',
  'names/double//slash.jpg',
  'names/"double" \'single\' <angle> {brace} [bracket] $dollar;semicolon,comma.jpg',
  'names/UPPERCASE.JPG',
  'names/.hidden.jpg',
  'names/no-extension',
  longKey(900),
];

/** An object of the demo's container. A placeholder stands for a directory and is no asset. */
export type DemoObject = SeedObject & { placeholder: boolean };

/** The objects that the demo's container is filled with, about seventy. */
export async function demoObjects(): Promise<DemoObject[]> {
  const file = (name: string) => readFile(new URL(name, MEDIA));
  const object = (key: string, body: Buffer | string, contentType: string): DemoObject => ({
    key,
    body,
    contentType,
    placeholder: false,
  });
  const typeOf = (name: string) => TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()]!;

  const media = Object.entries(PLACES).map(async ([key, name]) =>
    object(key, await file(name), typeOf(name)),
  );
  const frameNames = (await readdir(new URL('frames/', MEDIA))).sort();
  const frames = await Promise.all(frameNames.map(name => file(`frames/${name}`)));
  return [
    ...(await Promise.all(media)),
    ...frames.map((body, index) => object(`walk/2026-03-14/${frameNames[index]}`, body, 'image/jpeg')),
    ...NASTY_KEYS.map((key, index) => object(key, frames[index % frames.length]!, 'image/jpeg')),
    object('documents/labels.csv', labels(frameNames), typeOf('.csv')),
    object('documents/read me.txt', README, typeOf('.txt')),
    object('documents/empty.txt', '', typeOf('.txt')),
    { ...object('documents/', '', 'application/octet-stream'), placeholder: true },
    {
      ...object('photos/nature', '', 'application/octet-stream'),
      metadata: { hdi_isfolder: 'true' },
      placeholder: true,
    },
  ];
}

/** What stands for a picture where there are too many to be all different. */
export const demoPicture = async (): Promise<Buffer> => {
  const [first] = (await readdir(new URL('frames/', MEDIA))).sort();
  return readFile(new URL(`frames/${first}`, MEDIA));
};

const README = `The container of Mooring's demo.

photos/     photographs with EXIF, three of them turned on their side
video/      a short MP4 and a short WebM
audio/      a WAV and an MP3
documents/  a PDF, a table, an empty file and a directory placeholder
medical/    three DICOM slices of a computed phantom, and a fundus photograph
walk/       frames of a camera, four a second
names/      names that are allowed and break things

Who took the photographs, and the licences: emulators/media/LICENSES.md
`;

const labels = (names: string[]): string =>
  ['frame,label', ...names.map((name, index) => `${name},${index < 6 ? 'meadow' : 'rock'}`), ''].join('\n');

/** A key of exactly so many characters. */
function longKey(length: number): string {
  const stem = 'names/long/';
  const words = 'a name that goes on and on and '.repeat(Math.ceil(length / 31));
  return `${stem}${words.slice(0, length - stem.length - 5)}z.jpg`;
}
