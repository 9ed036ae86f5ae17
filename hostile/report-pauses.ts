// Loaded into the server before all else: tells the process that started it how long its event loop has paused, and
// how long it has worked in one piece. On a machine that others load too, a pause is longer: it does not always run.

const TICK_MS = 5;
const EVERY_MS = 200;

/** The longest of the last moments. */
export interface Longest {
  pauseMs: number;
  workedMs: number;
}

if (process.argv[2] === 'serve' && process.send) {
  const workedMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = { at: performance.now(), worked: workedMs() };
  let longest: Longest = { pauseMs: 0, workedMs: 0 };
  setInterval(() => {
    const now = { at: performance.now(), worked: workedMs() };
    const pauseMs = Math.max(longest.pauseMs, now.at - last.at - TICK_MS);
    longest = { pauseMs, workedMs: Math.max(longest.workedMs, now.worked - last.worked) };
    last = now;
  }, TICK_MS).unref();
  setInterval(() => {
    process.send?.(longest, undefined, undefined, () => {});
    longest = { pauseMs: 0, workedMs: 0 };
  }, EVERY_MS).unref();
}
