import { createProber } from '@mooring/probe/node';
import type { Reader } from './reader.ts';

const prober = createProber();

export const ours: Reader = {
  knows: 'all',
  read: async ({ source, path }) => (await prober.probe(source, path)).facts,
};
