import type { MediaFacts } from '@mooring/contract';
import type { ByteSource } from '@mooring/probe';

/** A program that says what a file behind a URL is. */
export interface Reader {
  /** The facts it gives, by the kinds it knows. */
  readonly knows: Partial<Record<MediaFacts['kind'], readonly (keyof MediaFacts)[]>> | 'all';
  read(file: RemoteFile): Promise<Partial<MediaFacts>>;
}

export interface RemoteFile {
  url: string;
  path: string;
  sizeBytes: number;
  /** Its bytes by Range, as all readers in this process get them. */
  source: ByteSource;
}

/** Files that a reader has in hand at the same time, as many as a probe of Mooring's server. */
export const AT_ONCE = 32;
