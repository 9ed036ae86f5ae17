// What a server and a maker of thumbnails say to each other.

export const THUMBNAIL_FORMATS = ['webp', 'avif'] as const;
export type ThumbnailFormat = (typeof THUMBNAIL_FORMATS)[number];

/** Why there is no thumbnail of an asset: a few words for a tile, and a sentence. */
export interface Reason {
  title: string;
  detail: string;
}

/** One thumbnail to make. */
export interface Task {
  sizeBytes: number;
  /** The beginning of the file: most thumbnails need no more. */
  head: Uint8Array;
  /** Longest side in pixels. */
  size: number;
  format: ThumbnailFormat;
  /** The path of ffmpeg; null where there is none. */
  ffmpeg: string | null;
}

export type ToMaker = { task: Task } | { id: number; bytes: Uint8Array } | { id: number; failure: string };
/** A question for bytes of the file. */
export interface Question {
  id: number;
  offset: number;
  length: number;
}
/** `lasting`: the same file comes to the same end each time. */
export type MakerAnswer = { picture: Uint8Array } | { reason: Reason; lasting: boolean };
export type FromMaker = { ready: true } | Question | MakerAnswer;
