import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

const MOST_CONNECTIONS = 256;

/**
 * Answers assistants over HTTP at `/mcp`. Each request brings the token of its caller; there is no other authority here,
 * so a page of the browser can do nothing by itself.
 * @param serverOf what the caller with this token may use
 * @returns the server and its address
 */
export async function listen(
  { host, port }: { host: string; port: number },
  serverOf: (token: string) => McpServer,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    answer(request, response, serverOf).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, `Mooring failed: ${error.message}`);
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, port: bound, family } = server.address() as AddressInfo;
  return { server, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}/mcp` };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  serverOf: (token: string) => McpServer,
): Promise<void> {
  if (request.url !== '/mcp') return refuse(response, 404, 'There is only /mcp here.');
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return refuse(response, 405, 'Send POST: this server keeps no sessions.');
  }
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) {
    response.setHeader('www-authenticate', 'Bearer');
    return refuse(response, 401, 'Send a token of Mooring: Authorization: Bearer mrg_…');
  }
  const mcp = serverOf(token);
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.on('close', () => void mcp.close());
  await mcp.connect(transport as Parameters<McpServer['connect']>[0]);
  await transport.handleRequest(request, response);
}

/** As JSON-RPC has it. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }));
}
