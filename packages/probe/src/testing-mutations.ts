import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';

const folder = fileURLToPath(new URL('../samples/', import.meta.url));

export interface Sample {
  name: string;
  bytes: Uint8Array;
}

/** The small files that fuzzing starts from. A format joins by having some, in a folder below `samples`. */
export async function readSamples(): Promise<Sample[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    entry => entry.isFile() && entry.parentPath !== folder.slice(0, -1) && entry.parentPath !== folder,
  );
  return Promise.all(
    files.map(async ({ parentPath, name }) => ({ name, bytes: await readFile(`${parentPath}/${name}`) })),
  );
}

/** Numbers that break what trusts them: counts and sizes in both byte orders. */
const LIES = [
  [0, 0, 0, 0],
  [255, 255, 255, 255],
  [127, 255, 255, 255],
  [255, 255, 255, 127],
  [0, 0, 0, 1],
  [128, 0, 0, 0],
];

const mutation = fc.record({
  how: fc.constantFrom('set', 'lie', 'cut', 'remove', 'repeat'),
  /** Where, as a share of the file. */
  at: fc.noBias(fc.nat(999_999)).map(millionths => millionths / 1_000_000),
  byte: fc.nat(255),
  lie: fc.constantFrom(...LIES),
  length: fc.nat(200),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(bytes: Uint8Array, { how, at, byte, lie, length }: Mutation): Uint8Array {
  const position = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, position), bytes.subarray(position)];
  switch (how) {
    case 'set':
      return Uint8Array.from([...before, byte, ...after.subarray(1)]);
    case 'lie':
      return Uint8Array.from([...before, ...lie, ...after.subarray(4)]);
    case 'cut':
      return before;
    case 'remove':
      return Uint8Array.from([...before, ...after.subarray(length)]);
    default:
      return Uint8Array.from([...before, ...after.subarray(0, length), ...after]);
  }
}

/** Samples with a few changes each. */
export const mutatedSamples = (samples: readonly Sample[]): fc.Arbitrary<Sample> =>
  fc
    .tuple(fc.constantFrom(...samples), fc.array(mutation, { minLength: 1, maxLength: 6 }))
    .map(([{ name, bytes }, mutations]) => ({ name, bytes: mutations.reduce(mutate, bytes) }));
