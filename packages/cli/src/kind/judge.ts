import type { StorageLocation } from '@mooring/contract';
import type { FieldContext, FormField, Reading } from '@mooring/storage';
import { Refused, UsageError } from '../failure.ts';

/**
 * What was read of several fields.
 * @param path of the fields in the request; without it, it is about the command line
 * @throws Refused, as the server would answer; UsageError without a path
 */
export function accepted<T>(reading: Reading<T>, path?: string): T {
  if (reading.ok) return reading.value;
  if (path === undefined) throw new UsageError(reading.message, reading.fix);
  throw new Refused(reading, [path, reading.field].filter(Boolean).join('.'));
}

/** The location that was read. @throws UsageError with the field, as the server would name it */
export function acceptedLocation(reading: Reading<StorageLocation>): StorageLocation {
  if (reading.ok) return reading.value;
  throw new UsageError(reading.message, reading.fix, `location.${reading.field}`);
}

/** What is wrong with a text, in a sentence or two; undefined where nothing is. */
export function problemOf(field: FormField, text: string, context: FieldContext): string | undefined {
  const problem = errorOf(field, text, context);
  return problem && `${problem.message} ${problem.fix}`;
}

/** @throws Refused where the field does not accept the text */
export function refuseWrong(field: FormField, text: string, context: FieldContext): void {
  const problem = errorOf(field, text, context);
  if (problem) throw new Refused(problem, field.name);
}

const errorOf = (field: FormField, text: string, context: FieldContext) =>
  field.judge(text, context).problems.find(({ level }) => level === 'error');
