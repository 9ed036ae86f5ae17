import type { Check } from '@mooring/contract';
import type { Io } from '../../io.ts';
import type { createOutput } from '../../output/output.ts';
import { createProgressLine } from '../../output/progress.ts';
import { renderCheck } from './render-check.ts';

const SETTLED = new Set<Check['status']>(['passed', 'warning', 'failed', 'skipped']);

/** Shows checks as they come to their end; a line on a terminal says what runs, and counts down while a role is waited for. */
export function watchChecks(io: Io, out: ReturnType<typeof createOutput>) {
  const line = createProgressLine(io);
  const checks = new Map<string, Check>();
  const shown = new Set<string>();
  const waitReported = new Set<string>();
  let waiting: Check | null = null;
  const timer = setInterval(() => waiting && line.show(countdown(waiting)), 1000);

  function countdown({ title, waitingUntil }: Check): string {
    const seconds = Math.max(0, Math.round((Date.parse(waitingUntil ?? '') - io.now().getTime()) / 1000));
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    return `… ${title}: ${time} left for a new role to take effect`;
  }

  function settle(key: string, check: Check): void {
    if (waiting?.id === check.id) waiting = null;
    if (shown.has(key)) return;
    shown.add(key);
    io.stdout.write(renderCheck(check, out.style));
  }

  function run(key: string, check: Check): void {
    if (!check.waitingUntil) {
      line.show(`… ${check.title}`);
      return;
    }
    waiting = check;
    if (!waitReported.has(key)) io.stderr.write(renderCheck(check, out.errorStyle));
    waitReported.add(key);
    line.show(countdown(check));
  }

  return {
    see(check: Check): void {
      const key = check.side + check.id;
      checks.set(key, check);
      if (out.json) return;
      line.clear();
      if (SETTLED.has(check.status)) settle(key, check);
      else if (check.status === 'running') run(key, check);
    },
    /** Every check that was seen, as it was last. */
    seen: (): Check[] => [...checks.values()],
    end(): void {
      clearInterval(timer);
      line.clear();
    },
  };
}
