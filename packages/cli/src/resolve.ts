import type { Connection, Member, Source } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import { NotFound, UsageError } from './failure.ts';

/** What people call a source: its container and prefix. */
export const nameOfSource = ({ container, prefix }: Source): string => `${container}/${prefix}`;

/** The connection with this id or name. */
export async function findConnection(client: MooringClient, idOrName: string): Promise<Connection> {
  if (/^con_\w{20}$/.test(idOrName)) {
    return client.call('getConnection', { params: { connectionId: idOrName } });
  }
  const all = await Array.fromAsync(client.pages('listConnections'));
  const named = all.filter(({ name }) => name === idOrName);
  return only(named, 'connection', idOrName) ?? missing('connection', idOrName);
}

/** The member with this id, e-mail address or name. */
export async function findMember(client: MooringClient, who: string): Promise<Member> {
  const all = await Array.fromAsync(client.pages('listMembers'));
  const found = all.filter(
    ({ id, name, email }) => id === who || name === who || email?.toLowerCase() === who.toLowerCase(),
  );
  return only(found, 'member', who) ?? missing('member', who);
}

/** The source with this id or name. */
export async function findSource(client: MooringClient, idOrName: string): Promise<Source> {
  if (isSourceId(idOrName)) return client.call('getSource', { params: { sourceId: idOrName } });
  return (await findNamedSource(client, idOrName)) ?? missing('source', idOrName);
}

/** The source with this id or name, or every source of the connection with this id or name. */
export async function findSources(client: MooringClient, idOrName: string): Promise<Source[]> {
  if (isSourceId(idOrName)) return [await findSource(client, idOrName)];
  if (idOrName.includes('/')) {
    const source = await findNamedSource(client, idOrName);
    if (source) return [source];
  }
  const connection = await findConnection(client, idOrName);
  return Array.fromAsync(client.pages('listSources', { query: { connectionId: connection.id } }));
}

/** The names of all sources and connections, by id. */
export async function readNames(client: MooringClient): Promise<ReadonlyMap<string, string>> {
  const sources = await Array.fromAsync(client.pages('listSources'));
  return new Map([
    ...(await readConnectionNames(client)),
    ...sources.map((source): [string, string] => [source.id, nameOfSource(source)]),
  ]);
}

/** The names of all connections, by id. */
export async function readConnectionNames(client: MooringClient): Promise<ReadonlyMap<string, string>> {
  const connections = await Array.fromAsync(client.pages('listConnectionHealth'));
  return new Map(connections.map(({ id, name }) => [id, name]));
}

const isSourceId = (text: string): boolean => /^src_\w{20}$/.test(text);

async function findNamedSource(client: MooringClient, name: string): Promise<Source | undefined> {
  const all = await Array.fromAsync(client.pages('listSources'));
  return only(
    all.filter(source => nameOfSource(source) === name),
    'source',
    name,
  );
}

function only<T extends { id: string }>(found: readonly T[], what: string, name: string): T | undefined {
  if (found.length <= 1) return found[0];
  throw new UsageError(
    `There are ${found.length} ${what}s with the name ${JSON.stringify(name)}.`,
    `Give the id instead: ${found.map(({ id }) => id).join(', ')}.`,
  );
}

function missing(what: string, name: string): never {
  throw new NotFound(
    `There is no ${what} with the id or name ${JSON.stringify(name)}.`,
    `Run \`mooring ${what} list\` to see which there are.`,
  );
}
