import { ERROR_CODES, type ErrorCode } from '@mooring/contract';

/**
 * An error meant for the person who caused it or can mend it. `message` says what was seen and what was
 * expected; `fix` the one next step. The HTTP status follows from the code. `cause` is for the log only.
 */
export class MooringError extends Error {
  override readonly name = 'MooringError';
  readonly code: ErrorCode;
  readonly fix: string;
  readonly fields: { path: string; message: string }[] | undefined;
  readonly operationId: string | undefined;
  /** When it is worth trying again, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      fix: string;
      fields?: { path: string; message: string }[];
      operationId?: string;
      retryAfterSeconds?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
    this.fields = options.fields;
    this.operationId = options.operationId;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

export const notFound = (what: string, id: string): MooringError =>
  new MooringError('not_found', `There is no ${what} ${id} in this workspace.`, {
    fix: `List the ${what}s to see which there are.`,
  });
