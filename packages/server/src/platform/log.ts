import pino from 'pino';
import { redact, redactJson } from './redact.ts';

export { redact } from './redact.ts';
export type Logger = pino.Logger;

const MAX_LINE_CHARS = 262_144;

/**
 * A logger that writes one line of JSON per entry, to standard error by default. Every line passes
 * through the redaction as a whole, so no field, message, error, cause or binding can slip past it.
 */
export function createLogger({
  level,
  destination = pino.destination({ dest: 2, sync: true }),
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
