import { mediaFacts } from '@mooring/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memorySource } from './byte-source.ts';
import { probe } from './probe.ts';
import { ProbeError } from './probe-error.ts';
import { avSample, avSamples } from './testing-samples.ts';

/** A change to a file: bytes that are set, cut off, or written over with others of the same file. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), value: fc.constantFrom(0, 1, 127, 128, 255) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('copy' as const), at: fc.nat(), from: fc.nat(), length: fc.nat(64) }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(file: Uint8Array, mutations: Mutation[]): Uint8Array {
  let bytes = Uint8Array.from(file);
  for (const change of mutations) {
    const at = change.at % Math.max(1, bytes.length);
    if (change.kind === 'set') bytes[at] = change.value;
    else if (change.kind === 'cut') bytes = bytes.slice(0, at);
    else
      bytes.set(
        bytes.slice(change.from % bytes.length).subarray(0, Math.min(change.length, bytes.length - at)),
        at,
      );
  }
  return bytes;
}

test.each(avSamples())(
  '%s, damaged anyhow, gives facts that the contract allows, or a reason',
  async name => {
    const sample = avSample(name);
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 8 }), async mutations => {
        try {
          const { facts } = await probe(memorySource(mutate(sample, mutations)), name);
          mediaFacts.parse(facts);
        } catch (error) {
          if (!(error instanceof ProbeError)) throw error;
          expect(error.message).toMatch(/\.$/);
        }
      }),
      { numRuns: 60 },
    );
  },
);
