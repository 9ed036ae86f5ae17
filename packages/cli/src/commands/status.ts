import { type Connection, type ConnectionHealth, may, type Operation } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { createProgressText } from '../output/progress.ts';
import { countOf } from '../output/quantity.ts';
import { marked, paint } from '../output/status.ts';
import type { Style } from '../output/style.ts';
import { renderDetails } from '../output/table.ts';
import { plain } from '../output/text.ts';
import { openSession } from '../session.ts';

/** What `mooring` alone says: where one stands, and the next command. */
export async function showStatus(command: Command, io: Io): Promise<void> {
  const { client, target, out } = await openSession(command, io);
  const identity = await client.call('getIdentity');
  const { name, role, workspace } = identity;
  const seesSettings = may(identity, 'connections.read');
  const connections: (Connection | ConnectionHealth)[] = seesSettings
    ? await Array.fromAsync(client.pages('listConnections'))
    : await Array.fromAsync(client.pages('listConnectionHealth'));
  const running = may(identity, 'operations.see')
    ? (await client.call('listOperations', { query: { status: 'running', limit: 10 } })).items
    : [];
  const next = seesSettings ? nextCommand(connections as Connection[], running) : 'mooring asset list';
  await out.one({ url: target.url, name, role, workspace, connections, running, next }, () => {
    const who = renderDetails(
      [
        ['installation', target.url],
        ['signed in as', `${plain(name)} (${role})`],
        ['workspace', plain(workspace.name)],
      ],
      out.style,
    );
    const parts = [who, renderConnections(connections, out.style), renderRunning(running, io)];
    return `${parts.filter(Boolean).join('\n')}\nNext: ${next}\n`;
  });
}

function renderConnections(connections: (Connection | ConnectionHealth)[], style: Style): string {
  if (connections.length === 0) return 'No connections yet.\n';
  const known = connections.filter(connection => 'assetCount' in connection);
  const assets = known.reduce((sum, { assetCount }) => sum + assetCount, 0);
  const counts = [countOf(connections.length, 'connections'), known.length > 0 && countOf(assets, 'assets')];
  const lines = connections.map(connection => {
    const { name, status } = connection;
    const reason = 'statusReason' in connection && connection.statusReason;
    return `  ${paint(marked(status), status, style)}  ${plain(name)}${reason ? `: ${plain(reason)}` : ''}\n`;
  });
  return `${counts.filter(Boolean).join(', ')}\n${lines.join('')}`;
}

function renderRunning(operations: Operation[], io: Io): string {
  const lines = operations.map(
    operation => `  ${operation.id}  ${operation.kind}: ${createProgressText(io.now)(operation)}\n`,
  );
  return lines.length === 0 ? '' : `${countOf(lines.length, 'operations')} running\n${lines.join('')}`;
}

function nextCommand(connections: Connection[], [operation]: Operation[]): string {
  const unsure = connections.find(({ status }) => status !== 'healthy' && status !== 'verifying');
  if (connections.length === 0) return 'mooring connection add';
  if (unsure) return `mooring connection check ${unsure.id}`;
  if (operation) return `mooring operation show ${operation.id}`;
  const empty = connections.find(({ assetCount }) => assetCount === 0);
  return empty ? `mooring sync ${empty.id}` : 'mooring asset list';
}
