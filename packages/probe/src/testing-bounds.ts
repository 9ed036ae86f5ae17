import { mediaFacts, mediaWarning } from '@mooring/contract';
import type { Budget } from './budget.ts';
import type { ByteSource } from './byte-source.ts';
import type { Probe } from './probe.ts';
import { ProbeError } from './probe-error.ts';

/**
 * Probes a file, and checks that the probe ends with facts as the contract has them or with a ProbeError, and that it
 * costs no more than the budget.
 * @returns the code of the error, or null
 * @throws Error where one of these does not hold
 */
export async function probeWithinBounds(
  source: ByteSource,
  budget: Budget,
  probe: (source: ByteSource) => Promise<Probe>,
): Promise<string | null> {
  const spent = { bytes: 0, requests: 0 };
  const counting: ByteSource = {
    sizeBytes: source.sizeBytes,
    read: (offset, length, signal) => {
      spent.bytes += length;
      spent.requests += 1;
      if (!(offset >= 0 && length > 0 && offset + length <= source.sizeBytes))
        throw new Error(`It asked for ${length} bytes from ${offset} of ${source.sizeBytes}.`);
      return source.read(offset, length, signal);
    },
  };
  const code = await probe(counting).then(
    ({ facts, warnings }) => {
      mediaFacts.parse(facts);
      for (const warning of warnings) mediaWarning.parse(warning);
      return null;
    },
    error => {
      if (error instanceof ProbeError) return error.code;
      throw new Error('What it threw is no ProbeError.', { cause: error });
    },
  );
  if (spent.bytes > budget.bytes) throw new Error(`It read ${spent.bytes} bytes of at most ${budget.bytes}.`);
  if (spent.requests > budget.requests)
    throw new Error(`It made ${spent.requests} requests of at most ${budget.requests}.`);
  return code;
}
