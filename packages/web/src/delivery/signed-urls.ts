import type { Problem, SignedUrl, SignResult } from '@mooring/contract';

/** This asset cannot be shown, and why. */
export class SignRefused extends Error {
  override readonly name = 'SignRefused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export interface SignedUrlsOptions {
  /** Asks the server; at most `batchSize` ids a call. */
  sign: (assetIds: string[]) => Promise<SignResult>;
  now: () => number;
  schedule: (run: () => void, delayMs: number) => void;
  batchSize?: number;
  batchDelayMs?: number;
  maxEntries?: number;
}

interface Request {
  resolve: (signed: SignedUrl) => void;
  reject: (error: unknown) => void;
}

/**
 * Signed URLs of assets, asked for in batches, each at most once at a time, and kept until shortly before
 * they expire. URLs are secrets: they live in memory only.
 */
export function createSignedUrls({
  sign,
  now,
  schedule,
  batchSize = 200,
  batchDelayMs = 12,
  maxEntries = 5000,
}: SignedUrlsOptions) {
  const known = new Map<string, SignedUrl & { renewAt: number }>();
  const pending = new Map<string, Promise<SignedUrl>>();
  let queue = new Map<string, Request>();

  /** The URL where it is known and still good for a while; never asks. */
  function peek(assetId: string): SignedUrl | undefined {
    const entry = known.get(assetId);
    return entry && entry.renewAt > now() ? entry : undefined;
  }

  /**
   * A URL that works for a while yet.
   * @throws SignRefused when this asset has none; or what `sign` throws
   */
  function get(assetId: string): Promise<SignedUrl> {
    const entry = peek(assetId);
    if (entry) return Promise.resolve(entry);
    const asked = pending.get(assetId);
    if (asked) return asked;
    const promise = new Promise<SignedUrl>((resolve, reject) => {
      if (queue.size === 0) schedule(flush, batchDelayMs);
      queue.set(assetId, { resolve, reject });
    });
    pending.set(assetId, promise);
    return promise;
  }

  /** Another URL than `refused`, which the storage did not accept. */
  function renew(assetId: string, refused: string): Promise<SignedUrl> {
    if (known.get(assetId)?.url === refused) known.delete(assetId);
    return get(assetId);
  }

  /** Forgets the URL of one asset, so that the server is asked again. */
  const forget = (assetId: string) => known.delete(assetId);

  function flush() {
    const batch = queue;
    queue = new Map();
    const ids = [...batch.keys()];
    for (let start = 0; start < ids.length; start += batchSize) {
      void settle(ids.slice(start, start + batchSize), batch);
    }
  }

  async function settle(assetIds: string[], batch: Map<string, Request>) {
    try {
      const { items, problems } = await sign(assetIds);
      for (const item of items) {
        remember(item);
        batch.get(item.assetId)?.resolve(item);
      }
      for (const { assetId, problem } of problems) batch.get(assetId)?.reject(new SignRefused(problem));
      // A promise settles once: this reaches only assets that the answer left out.
      for (const id of assetIds)
        batch.get(id)?.reject(new Error(`The server did not answer for asset ${id}.`));
    } catch (error) {
      for (const id of assetIds) batch.get(id)?.reject(error);
    } finally {
      for (const id of assetIds) pending.delete(id);
    }
  }

  function remember(signed: SignedUrl) {
    const lifeMs = Date.parse(signed.expiresAt) - now();
    // A minute early, or a fifth of its life where that is short.
    known.delete(signed.assetId);
    known.set(signed.assetId, { ...signed, renewAt: now() + lifeMs - Math.min(60_000, lifeMs / 5) });
    for (const oldest of known.keys()) {
      if (known.size <= maxEntries) break;
      known.delete(oldest);
    }
  }

  /** When to ask again, in milliseconds from now; 0 when it is due. */
  const renewInMs = (assetId: string): number => Math.max(0, (known.get(assetId)?.renewAt ?? 0) - now());

  /** Forgets everything, for signing out. */
  const clear = () => known.clear();

  return { peek, get, renew, renewInMs, forget, clear };
}
export type SignedUrls = ReturnType<typeof createSignedUrls>;
