import { readdirSync, readFileSync } from 'node:fs';

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
  return stateOf(pid) !== 'Z';
}

/** The processes that a process has started. */
export const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => parentOf(pid) === parent && stateOf(pid) !== 'Z');

/** The worker processes that a server has started. */
export const workersOf = (serverPid: number): number[] =>
  childrenOf(serverPid).filter(pid => /worker/.test(commandOf(pid)));

/** Ends a process at once. Not an error where it has ended. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

// After the name in parentheses: state, parent, … https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
const statOf = (pid: number): string[] =>
  read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
const stateOf = (pid: number): string => statOf(pid)[0] ?? '';
const parentOf = (pid: number): number => Number(statOf(pid)[1]);
const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`);

/** Empty where the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
