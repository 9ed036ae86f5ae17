import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { openDatabase } from './open.ts';

// A process of its own that opens the embedded database: `node testing-open.ts DIRECTORY`. It prints `open`, or the
// error, and stops when its input ends.
try {
  const database = await openDatabase({
    databaseUrl: null,
    dataDir: process.argv[2]!,
    log: pino({ level: 'silent' }),
  });
  console.log('open');
  await new Promise(resolve => createInterface(process.stdin).once('close', resolve));
  await database.stop();
} catch (error) {
  const { message, fix } = error as Error & { fix?: string };
  console.log(JSON.stringify({ message, fix }));
  process.exitCode = 1;
}
