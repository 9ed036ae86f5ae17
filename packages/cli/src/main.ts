#!/usr/bin/env -S node --max-semi-space-size=2
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { becomeWorker } from './commands/server/become-worker.ts';

if (process.argv[2] === 'worker') becomeWorker(process.env);
enableCompileCache(); // counts for what is imported from here on
const { run } = await import('./run.ts');
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0); // the reader has seen enough
  throw error;
});
process.exitCode = await run(
  process.argv.slice(2),
  {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => new Date(),
    onInterrupt: callback => {
      process.on('SIGINT', callback);
      return () => process.off('SIGINT', callback);
    },
  },
  version,
);
