import type { AssetKind, MediaFacts, MediaWarning } from '@mooring/contract';
import type { RangeReader } from './range-reader.ts';

/** What a format's reader has learned; `probe` fills in the rest. */
export interface Findings {
  facts: Partial<MediaFacts>;
  warnings?: readonly MediaWarning[];
}

/** A file format: how it is recognised, and how its facts are read. */
export interface Format {
  /** Lowercase, such as `jpeg`. */
  readonly id: string;
  readonly mediaType: string;
  readonly kind: AssetKind;
  /** Extensions that agree with it, lowercase, without the dot. */
  readonly extensions: readonly string[];
  /**
   * By content alone. Pure and quick.
   * @param head the first bytes, as many as `HEAD_BYTES` where there are as many
   */
  recognises(head: Uint8Array, sizeBytes: number): boolean;
  /**
   * Reads the facts. May correct `mediaType` and `kind`, such as a TIFF that is a slide.
   * @throws ProbeError; errors of libraries become `malformed`
   */
  read(reader: RangeReader): Promise<Findings>;
  /** Crafted input can make it slow or endless: Node runs it in a worker that can be ended. */
  readonly canSpin?: boolean;
}
