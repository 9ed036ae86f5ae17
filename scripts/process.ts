import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a command of this repository in the foreground; true when it succeeded. */
export async function succeeds(command: string, args: string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  return code === 0;
}
