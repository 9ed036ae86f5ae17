import type { ManifestPlace } from './item.ts';

export type ManifestErrorCode =
  | 'format_unknown'
  | 'format_broken'
  | 'columns_unknown'
  | 'too_large'
  | 'not_compressed_well';

/** Why a manifest cannot be read, or not to its end. `message` says what was seen and what was expected. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly code: ManifestErrorCode;
  readonly fix: string;
  readonly place: ManifestPlace | undefined;
  /** The headings of a table, so that a person can say which is what. */
  readonly columns: string[] | undefined;

  constructor(
    code: ManifestErrorCode,
    message: string,
    options: { fix: string; place?: ManifestPlace; columns?: string[]; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
    this.place = options.place;
    this.columns = options.columns;
  }
}
