import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Measured {
  seconds: number;
  peakMegabytes: number;
  stdout: string;
}

const LOOK_EVERY_MS = 20;

/**
 * Runs a command to its end, and watches its memory (Linux).
 * @throws Error with what it printed when it fails
 */
export async function measure(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Measured> {
  const begin = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const closed = once(child, 'close');
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout.on('data', chunk => stdout.push(String(chunk)));
  child.stderr.on('data', chunk => stderr.push(String(chunk)));
  let peakMegabytes = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peakMegabytes = Math.max(peakMegabytes, await peakOf(child.pid!));
    await Promise.race([sleep(LOOK_EVERY_MS), closed]);
  }
  await closed;
  const seconds = (performance.now() - begin) / 1000;
  if (child.exitCode !== 0) throw new Error(`${command} ended with ${child.exitCode}: ${stderr.join('')}`);
  return { seconds, peakMegabytes, stdout: stdout.join('') };
}

/** Of a process that has just ended there is none. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
