import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pythonWithMoto } from './python.ts';

/** Starts moto, a server of AWS's services that is not of this project. It believes every signature. */
export async function startMoto(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const server = spawn(await pythonWithMoto(), ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1' },
  });
  const exited = once(server, 'exit');
  const lines = createInterface(server.stderr);
  const endpoint = await new Promise<string>((resolve, reject) => {
    const said: string[] = [];
    lines.on('line', line => {
      const at = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (at) resolve(at);
      else if (said.length < 50) said.push(line);
    });
    exited.then(() => reject(new Error(`moto ended at once: ${said.join('\n')}`)), reject);
  });
  return {
    endpoint,
    async stop() {
      server.kill();
      await exited;
    },
  };
}
