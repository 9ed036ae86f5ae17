/** What a probe of one asset may cost at most. */
export interface Budget {
  /** Bytes that are fetched. */
  bytes: number;
  /** Requests to the source. */
  requests: number;
  /** Calls of `read`, most of them answered from what is there. */
  reads: number;
  /** From its start, waiting for the source included. */
  milliseconds: number;
}

/** Stops all but parsers that spin without reading; those run in a worker that can be ended. */
export const DEFAULT_BUDGET: Budget = { bytes: 8 << 20, requests: 64, reads: 20_000, milliseconds: 30_000 };
