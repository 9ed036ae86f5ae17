import { createClient } from '@mooring/sdk';
import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';

interface Options {
  allowSync?: true;
  listen?: { host: string; port: number };
}

export function mcp(parent: Command, io: Io, version: string): void {
  parent
    .command('mcp')
    .summary('let an assistant use Mooring (Model Context Protocol)')
    .description(
      'Answers an assistant over standard input and output, as the caller who is signed in. Tools find assets, show ' +
        'thumbnails and explain checks. They only read, unless an option allows more. With --listen it answers over HTTP, ' +
        'and each request brings the token of its caller.',
    )
    .option('--allow-sync', 'also offer to start syncs')
    .option('--listen <host:port>', 'answer over HTTP at this address, such as 127.0.0.1:7071', readAddress)
    .action(async (options: Options, command: Command) => {
      const { client, target, out } = await openSession(command, io);
      const { createMcpServer } = await import('../mcp/tools.ts');
      const allowed = { sync: options.allowSync };
      if (!options.listen) {
        const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
        await createMcpServer(client, version, allowed).connect(
          new StdioServerTransport(io.stdin, io.stdout),
        );
        return; // it goes on until its input ends
      }
      const { listen } = await import('../mcp/listen.ts');
      const { server, url } = await listen(options.listen, token =>
        createMcpServer(createClient({ baseUrl: target.url, token }), version, allowed),
      );
      await out.one({ url }, () => `Assistants find Mooring at ${url}\n`);
      io.onInterrupt(() => {
        server.close();
        server.closeAllConnections();
      });
    });
}

function readAddress(text: string): { host: string; port: number } {
  const [, host, port] =
    /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)?.filter(part => part !== undefined) ?? [];
  if (host && port && Number(port) < 65_536) return { host, port: Number(port) };
  throw new InvalidArgumentError('Expected an address such as 127.0.0.1:7071 or [::1]:7071.');
}
