import { createClient, type MooringClient } from '@mooring/sdk';
import type { Command } from 'commander';
import { resolveTarget, type Target } from './account.ts';
import type { Io } from './io.ts';
import { createOutput, type Output } from './output/output.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  json?: boolean;
  url?: string;
}

/** What a command that talks to an installation works with. */
export interface Session {
  client: MooringClient;
  target: Target;
  out: Output;
  io: Io;
}

export const outputOf = (command: Command, io: Io): Output =>
  createOutput(io, command.optsWithGlobals<GlobalOptions>().json === true);

export async function openSession(command: Command, io: Io): Promise<Session> {
  const target = await resolveTarget(io, command.optsWithGlobals<GlobalOptions>().url);
  const client = createClient({ baseUrl: target.url, ...(target.token ? { token: target.token } : {}) });
  return { client, target, out: outputOf(command, io), io };
}
