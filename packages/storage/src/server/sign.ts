import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProviderError } from './errors.ts';
import type { SignedUrl, Signer, SignOptions } from './provider.ts';

/** How far the clocks of a storage and of this machine may differ: URLs and keys begin to work so much earlier. */
export const CLOCK_TOLERANCE_MS = 15 * 60_000;

/** Signing one takes some 25 µs: after this many, other requests get a turn. */
const AT_A_STRETCH = 50;

/** Signs each by itself, without a request. Where one cannot be signed (`invalid`), the others still are. */
export async function signEach<T>(
  items: readonly T[],
  sign: (item: T) => SignedUrl,
): Promise<(SignedUrl | ProviderError)[]> {
  const results: (SignedUrl | ProviderError)[] = [];
  for (const item of items) {
    if (results.length % AT_A_STRETCH === AT_A_STRETCH - 1) await nextTurn();
    try {
      results.push(sign(item));
    } catch (error) {
      if (!(error instanceof ProviderError && error.kind === 'invalid')) throw error;
      results.push(error);
    }
  }
  return results;
}

/**
 * A URL for a GET of one object from now on, for so many seconds or until the key ends.
 * @throws ProviderError
 */
export async function signOne(
  signer: Signer,
  {
    container,
    key,
    now,
    seconds,
    contentType,
  }: { container: string; key: string; now: Date; seconds: number } & Pick<SignOptions, 'contentType'>,
): Promise<SignedUrl> {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  const [signed] = await signer.sign(container, [key], {
    method: 'GET',
    startsAt: new Date(second - CLOCK_TOLERANCE_MS),
    expiresAt: new Date(second + seconds * 1000),
    contentType,
  });
  if (signed instanceof ProviderError) throw signed;
  return signed!;
}
