import { once } from 'node:events';
import { createLogger, logCrashes, stopWhenAsked, work } from './main.ts';
import type { Config } from './platform/config.ts';

// A worker process that `mooring serve` runs beside itself: it is sent its settings, and ends with its parent.
const [config] = (await once(process, 'message')) as [Config];
process.title = 'mooring worker';
const log = createLogger({ level: config.logLevel });
logCrashes(log);
stopWhenAsked(await work(config, log), log);
