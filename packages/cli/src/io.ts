import type { Readable, Writable } from 'node:stream';

/** What a command may touch of its surroundings; passed in, so that tests can watch. */
export interface Io {
  env: Readonly<Record<string, string | undefined>>;
  stdin: Readable & { isTTY?: boolean };
  /** Data only. */
  stdout: Writable & { isTTY?: boolean; columns?: number };
  /** Progress, questions, warnings, failures. */
  stderr: Writable & { isTTY?: boolean; columns?: number };
  now: () => Date;
  /** Calls back on Ctrl-C instead of ending the process; returns how to end that. */
  onInterrupt: (callback: () => void) => () => void;
}

/** Whether there is a person to ask. */
export const canAsk = ({ stdin, stderr }: Io): boolean => stdin.isTTY === true && stderr.isTTY === true;
