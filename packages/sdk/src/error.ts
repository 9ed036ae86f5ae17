import type { Operation, Problem, ProblemCode } from '@mooring/contract';

/** The server answered with a problem. `message` says what was seen and expected, `fix` the next step. */
export class MooringApiError extends Error {
  override readonly name = 'MooringApiError';
  readonly code: ProblemCode;
  readonly status: number;
  readonly fix: string;
  readonly requestId: string;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
    this.code = problem.code;
    this.status = problem.status;
    this.fix = problem.fix;
    this.requestId = problem.requestId;
  }
}

/** No answer that could be understood came: the server is not there, or something else answers in its place. */
export class MooringUnreachableError extends Error {
  override readonly name = 'MooringUnreachableError';
  readonly fix: string;

  constructor(message: string, options: { fix: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.fix = options.fix;
  }
}

/** An operation that was waited for failed or was cancelled. */
export class MooringOperationError extends Error {
  override readonly name = 'MooringOperationError';
  readonly operation: Operation;
  /** The code of its problem; `cancelled` where it was cancelled. */
  readonly code: string;
  readonly fix: string | null;

  constructor(operation: Operation) {
    super(operation.problem?.detail ?? `The operation ${operation.id} was ${operation.status}.`);
    this.operation = operation;
    this.code = operation.problem?.code ?? operation.status;
    this.fix = operation.problem?.fix ?? null;
  }
}
