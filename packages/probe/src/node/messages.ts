import type { Budget } from '../budget.ts';
import type { Probe } from '../probe.ts';
import { ProbeError, type ProbeErrorCode, wordsOf } from '../probe-error.ts';

/** An error, as it crosses between threads. */
export interface Failure {
  code: ProbeErrorCode;
  message: string;
}

/** @param code and `words`: for what is no ProbeError */
export const failureOf = (error: unknown, code: ProbeErrorCode, words: string): Failure =>
  error instanceof ProbeError
    ? { code: error.code, message: error.message }
    : { code, message: `${words}: ${wordsOf(error)}` };

/** What the main thread sends: a file to probe, then what was asked for of its bytes. */
export type ToWorker = { start: Task } | { id: number; bytes: Uint8Array } | { id: number; failure: Failure };

export interface Task {
  sizeBytes: number;
  name: string;
  budget: Budget;
}

/** Which bytes a worker needs. */
export interface Question {
  id: number;
  offset: number;
  length: number;
}

/** What a worker sends: which bytes it needs, then how the probe ended. */
export type FromWorker = Question | { probe: Probe } | { failure: Failure };
