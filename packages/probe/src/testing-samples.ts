import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../samples/av/', import.meta.url);

/** The small videos and sounds that `samples/av.sh` makes. */
export const avSamples = (): string[] => readdirSync(folder).sort();
export const avSample = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
