import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '../platform/log.ts';
import { stopWhenAsked } from './lifetime.ts';

// Takes as long to start and to stop as arguments 1 and 2 say.
const [startMs, stopMs] = process.argv.slice(2).map(Number);
const alive = setInterval(() => {}, 1000);
async function start() {
  await pause(startMs);
  return {
    async stop() {
      await pause(stopMs);
      clearInterval(alive);
      console.log('stopped');
    },
  };
}
stopWhenAsked(start(), createLogger({ level: 'silent' }));
console.log('starting');
