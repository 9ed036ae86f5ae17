import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../samples/', import.meta.url);

/** The small videos and sounds that `samples/av.sh` makes. */
export const avSamples = (): string[] => readdirSync(new URL('av/', folder)).sort();
export const avSample = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`av/${name}`, folder)));

/** What ffprobe 5.1 says of them; codec strings apart, which it does not write. */
export const avTruth: Record<string, object> = JSON.parse(readFileSync(new URL('av.json', folder), 'utf8'));
