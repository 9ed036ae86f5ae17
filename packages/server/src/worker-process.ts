import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import type { Config } from './platform/config.ts';

// A worker process that `mooring serve` runs beside itself: it is sent its settings, and ends with its parent.
const message = once(process, 'message') as Promise<[Config]>;
process.title = 'mooring worker';
enableCompileCache(); // counts for what is imported from here on
const { createLogger, logCrashes, stopWhenAsked, work } = await import('./main.ts');
const [config] = await message;
const log = createLogger({ level: config.logLevel });
logCrashes(log);
const working = work(config, log);
stopWhenAsked(working, log);
await working;
process.send?.('ready', undefined, undefined, () => {}); // where that fails, the parent has ended, and so do we
