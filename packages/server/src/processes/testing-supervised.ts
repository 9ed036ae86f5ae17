import { appendFileSync } from 'node:fs';
import { createLogger } from '../platform/log.ts';
import { stopWhenAsked } from './lifetime.ts';

// Writes its id and the time into a file and then waits, or dies at once.
process.once('message', ({ file, dies }: { file: string; dies: boolean }) => {
  appendFileSync(file, `${JSON.stringify({ pid: process.pid, at: Date.now() })}\n`);
  if (dies) process.exit(3);
  process.send?.('ready');
  stopWhenAsked(Promise.resolve({ stop: async () => {} }), createLogger({ level: 'silent' }));
});
