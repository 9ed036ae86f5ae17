// Asks the server again and again, in a process of its own, so that nothing else delays it: the second workspace for
// its assets, and `/health`. Answers any message with how long each answer took since the last one.
import { setTimeout as pause } from 'node:timers/promises';

export interface Seen {
  requestsMs: number[];
  healthMs: number[];
  failures: string[];
}
const EVERY_MS = 40;

const [url = '', token = '', sourceId = ''] = process.argv.slice(2);
let seen: Seen = { requestsMs: [], healthMs: [], failures: [] };

async function ask(times: 'requestsMs' | 'healthMs', path: string): Promise<void> {
  const begun = performance.now();
  const { status } = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
    .then(async answer => {
      await answer.arrayBuffer();
      return answer;
    })
    .catch(error => ({ status: String(error.cause ?? error) }));
  seen[times].push(performance.now() - begun);
  if (status !== 200) seen.failures.push(`${path}: ${status}`);
}

async function keepAsking(times: 'requestsMs' | 'healthMs', path: string): Promise<void> {
  for (;;) {
    await ask(times, path);
    await pause(EVERY_MS);
  }
}

process.once('disconnect', () => process.exit());
process.on('message', () => {
  process.send?.(seen);
  seen = { requestsMs: [], healthMs: [], failures: [] };
});
process.send?.('ready');
void keepAsking('requestsMs', `/v1/assets?sourceId=${sourceId}&limit=100`);
void keepAsking('healthMs', '/health');
