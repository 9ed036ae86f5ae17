import { finished, type Readable, Transform } from 'node:stream';
import { ProviderError } from '../errors.ts';

/**
 * The stream's bytes, which must be as many as were announced. Back-pressure passes through; destroying it lets
 * go of the connection.
 */
export function exactly(
  lengthBytes: number,
  source: Readable,
  explain: (error: unknown) => unknown,
): Readable {
  let received = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      const isWhole = received === lengthBytes;
      done(isWhole ? null : unexpectedAnswer(`The answer ended after ${received} of ${lengthBytes} bytes.`));
    },
  });
  finished(source, error => {
    if (error) body.destroy(explain(error) as Error);
  });
  body.once('close', () => source.destroy());
  return source.pipe(body);
}

/** A storage, or something before it, that does not answer what it was asked. */
export const unexpectedAnswer = (message: string): ProviderError =>
  new ProviderError('unexpected', message, {
    fix: 'Look for a proxy between Mooring and the storage that changes answers.',
  });
