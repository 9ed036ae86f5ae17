/** Why an asset could not be probed. */
export type ProbeErrorCode =
  /** The bytes are of no format that Mooring knows. */
  | 'not_recognised'
  /** The format is known, and the bytes break its rules. */
  | 'malformed'
  /** The file ends before what has to be read. */
  | 'truncated'
  /** Learning more would cost more than the budget. */
  | 'over_budget'
  /** The object is another one than when it was listed. */
  | 'changed'
  /** The storage refused, or did not answer. */
  | 'unreadable';

/** `message` says what was seen and what was expected, in a sentence that people read. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
  readonly code: ProbeErrorCode;
  constructor(code: ProbeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What parsers throw where the bytes break the rules of their format. */
export const malformed = (message: string): ProbeError => new ProbeError('malformed', message);

/** What an error says, at most 200 characters. Takes all that can be thrown. */
export function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : error;
  return typeof message === 'string' && message ? message.slice(0, 200) : 'an error without words';
}
