import pino from 'pino';
import pretty from 'pino-pretty';
import { redact, redactJson } from './redact.ts';

export { redact } from './redact.ts';
export type Logger = pino.Logger;

const MAX_LINE_CHARS = 262_144;

/**
 * A logger that writes one line of JSON per entry, to standard error by default. On a terminal people read it, so
 * there it writes text. Every line passes through the redaction as a whole, so no field, message, error, cause or
 * binding can slip past it.
 */
export function createLogger({
  level,
  destination = process.stderr.isTTY ? forPeople(2) : pino.destination({ dest: 2, sync: true }),
}: {
  level: pino.LevelWithSilent;
  destination?: { write(line: string): void };
}): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
    },
    { write: line => destination.write(`${clean(line)}\n`) },
  );
}

/**
 * Entries as text: the time, the level, the message, then the fields.
 * @param to a file descriptor, or what takes the text
 */
export const forPeople = (to: number | NodeJS.WritableStream): { write(line: string): void } =>
  pretty({
    destination: to,
    sync: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid',
    singleLine: true,
  });

function clean(line: string): string {
  if (line.length > MAX_LINE_CHARS)
    return replaced(line, `An entry of ${line.length} characters was left out.`);
  try {
    return redactJson(line);
  } catch (error) {
    return replaced(line, `An entry could not be written: ${(error as Error).name}.`);
  }
}

/** Says that an entry was there, with its beginning. */
const replaced = (line: string, msg: string): string =>
  JSON.stringify({
    level: 'error',
    time: new Date().toISOString(),
    pid: process.pid,
    msg,
    begins: redact(line.slice(0, 500)),
  });
