import type { Fix } from './fix.ts';
import { ERROR_CODES, type ProblemCode } from './problem.ts';

/**
 * An error meant for the person who caused it or can mend it. `message` says what was seen and what was
 * expected; `fix` the one next step, `remedy` all of them with what to copy, where that is known. The HTTP status follows from the code. `cause` is for the log only.
 */
export class MooringError extends Error {
  override readonly name = 'MooringError';
  readonly code: ProblemCode;
  readonly fix: string;
  readonly remedy: Fix | undefined;
  /** In place of the code's own, for a code of a storage kind. */
  readonly title: string | undefined;
  readonly fields: { path: string; message: string }[] | undefined;
  readonly operationId: string | undefined;
  /** When it is worth trying again, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    message: string,
    options: {
      fix: string;
      remedy?: Fix | undefined;
      title?: string | undefined;
      fields?: { path: string; message: string }[];
      operationId?: string;
      retryAfterSeconds?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
    this.remedy = options.remedy;
    this.title = options.title;
    this.fields = options.fields;
    this.operationId = options.operationId;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Codes of storage kinds are about what was sent. */
  get status(): number {
    return this.code in ERROR_CODES ? ERROR_CODES[this.code as keyof typeof ERROR_CODES].status : 400;
  }
}
