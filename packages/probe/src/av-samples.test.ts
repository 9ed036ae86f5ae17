import { expect, test } from 'vitest';
import { memorySource } from './byte-source.ts';
import { probe } from './probe.ts';
import { avSample, avSamples, avTruth } from './testing-samples.ts';

test('the truth names each sample', () => expect(Object.keys(avTruth).sort()).toEqual(avSamples()));

test.each(Object.entries(avTruth))('%s', async (name, truth) => {
  const { facts, warnings, spent } = await probe(memorySource(avSample(name)), name);
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
  const seen = warnings.length > 0 ? { ...known, warnings: warnings.map(({ code }) => code) } : known;
  expect(seen).toEqual({ kind: expect.stringMatching(/^(video|audio)$/), ...truth });
  expect(spent.requests).toBe(1);
});
