import { buffer } from 'node:stream/consumers';
import { type ByteSource, ProbeError } from '@mooring/probe';
import { ProviderError, type Reader } from '@mooring/storage/server';
import type { AssetToProbe } from '../catalogue/media.ts';
import type { Gate } from '../listing/gate.ts';
import { type RetryOptions, retrying } from '../listing/retry.ts';

/** How often one range is asked for, and how long; what fails longer is the matter of its asset. */
const TRIES = { attempts: 3, withinMs: 5000 };

export interface ObjectReading {
  reader: Reader;
  container: string;
  gate: Gate;
  retry: RetryOptions;
}

/**
 * The bytes of an object, as it was when it was listed. A probe wraps what the storage refuses; an object that has
 * changed is a `ProbeError` of its own.
 */
export function objectSource(
  { reader, container, gate, retry }: ObjectReading,
  { key, etag, sizeBytes }: Pick<AssetToProbe, 'key' | 'etag' | 'sizeBytes'>,
): ByteSource {
  return {
    sizeBytes,
    async read(offset, length, signal) {
      const range = { start: offset, end: offset + length - 1 };
      const once = async () => {
        const read = await reader.readRange(container, key, { range, ifMatch: etag, signal });
        if (read.totalBytes === sizeBytes && read.lengthBytes === length) return buffer(read.body);
        read.body.destroy();
        if (read.totalBytes === sizeBytes) throw otherLength(read.lengthBytes, length);
        throw new ProbeError(
          'changed',
          `The object has ${read.totalBytes} bytes. The listing said ${sizeBytes}.`,
        );
      };
      try {
        return await retrying(() => gate.through(once, signal), signal, { ...retry, ...TRIES });
      } catch (error) {
        if (error instanceof ProviderError && error.kind === 'changed')
          throw new ProbeError('changed', 'The object has changed since it was listed.', { cause: error });
        throw error;
      }
    },
  };
}

const otherLength = (sent: number, asked: number) =>
  new ProbeError('unreadable', `The storage sent ${sent} bytes. The request was for ${asked}.`);
