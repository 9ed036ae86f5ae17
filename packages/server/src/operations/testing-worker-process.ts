import { countingHandler, openProcess } from './testing-process.ts';

// A worker in a process of its own, for tests that kill it: argument 1 is what to connect to, as JSON, the others
// how far and how fast to count.
const [connection = '', total, stepMs] = process.argv.slice(2);
const own = await openProcess(JSON.parse(connection));
own.startWorker(countingHandler(own.db, { total: Number(total), stepMs: Number(stepMs) }));
process.send?.('started');
