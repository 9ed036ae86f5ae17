import { malformed } from '../probe-error.ts';

/** Sizes as facts keep them. */
export function safeShape(sizes: readonly unknown[]): number[] {
  const isShape =
    sizes.length <= 32 && sizes.every(size => Number.isSafeInteger(size) && (size as number) >= 0);
  if (!isShape) throw malformed(`The header gives the shape ${JSON.stringify(sizes).slice(0, 200)}.`);
  return sizes as number[];
}
