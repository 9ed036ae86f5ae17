/** How a service orders keys: negative where `a` comes first. */
export type KeyOrder = (a: string, b: string) => number;

/** By their UTF-8 bytes, as accounts with a flat namespace list. */
export const byteOrder: KeyOrder = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * Segment by segment, as accounts with a hierarchical namespace list: `a/z` before `a-b`. No key holds U+0000,
 * so it can stand for the slash that sorts first.
 */
export const hierarchicalOrder: KeyOrder = (a, b) =>
  byteOrder(a.replaceAll('/', '\0'), b.replaceAll('/', '\0'));
