import type { AccessMode, StorageLocation } from '@mooring/contract';
import type { ManifestAddress } from '@mooring/manifest';
import type { AddressRules, LocationRules } from '@mooring/storage';

/** A connection, as far as it says which addresses are its own. */
export interface Candidate {
  id: string;
  name: string;
  accessMode: AccessMode;
  location: StorageLocation;
  rules: Pick<LocationRules<StorageLocation>, 'owns' | 'title'>;
  addresses: AddressRules | null;
}

/** What an address of a list leads to. */
export interface Resolved {
  connection: Candidate;
  container: string;
  key: string;
  /** Kept, sealed: what opens the object by itself. */
  url: string | null;
  expiresAt: Date | null;
}

export interface Unresolved {
  code: 'not_found' | 'conflict' | 'invalid_request';
  message: string;
  fix: string;
}

type Found = Omit<Resolved, 'url' | 'expiresAt'>;

/**
 * Finds the connection that an address belongs to. A connection to a storage service comes before one of direct URLs,
 * so nothing is read anonymously that a credential opens. Of several, the one that was asked for, or else the one whose
 * container and prefix say most of the address. Pure.
 * @param wantedId the connection that the request names
 */
export function resolve(
  address: ManifestAddress,
  connections: readonly Candidate[],
  wantedId: string | undefined,
): Resolved | Unresolved {
  const all =
    'url' in address ? ofUrl(address.url, connections) : ofPath(address.path, connections, wantedId);
  if (all.length === 0) return 'url' in address ? unknownUrl(address.url) : unknownPath(address.path);
  const wanted = all.filter(({ connection }) => connection.id === wantedId);
  const services = all.filter(({ connection }) => connection.addresses === null);
  const [first, ...others] = closest(wanted.length > 0 ? wanted : services.length > 0 ? services : all);
  if (others.length > 0) return ambiguous([first!, ...others]);
  const { addresses } = first!.connection;
  if (!addresses || !('url' in address)) return { ...first!, url: null, expiresAt: null };
  const keeps = addresses.needsKeeping(address.url, first!);
  return { ...first!, url: keeps ? address.url : null, expiresAt: addresses.expiresAt(address.url) };
}

const ofUrl = (url: string, connections: readonly Candidate[]): Found[] =>
  connections.flatMap(connection => {
    const object = connection.rules.owns(url, connection.location);
    return object ? [{ connection, ...object }] : [];
  });

/** `container/key`: of connections to that container, or of the one that was asked for. */
function ofPath(path: string, connections: readonly Candidate[], wantedId: string | undefined): Found[] {
  const text = path.replace(/^\/+/, '');
  const slash = text.indexOf('/');
  const [container, key] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash < 1 || key === '') return [];
  return connections
    .filter(({ addresses }) => addresses === null)
    .filter(({ id, location }) => location.container === container || id === wantedId)
    .map(connection => ({ connection, container, key }));
}

/** Those whose location says most of the object: its container, and the longest prefix of its key. */
function closest(found: readonly Found[]): Found[] {
  const score = ({ connection: { location }, container, key }: Found): number => {
    if (location.container !== container) return -1;
    return key.startsWith(location.prefix) ? location.prefix.length + 1 : 0;
  };
  const best = Math.max(...found.map(score));
  return found.filter(each => score(each) === best);
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'this address');

const unknownUrl = (url: string): Unresolved => ({
  code: 'not_found',
  message: `No connection of the workspace reaches ${hostOf(url)} with this path.`,
  fix: 'Add a connection to that storage, or a connection of direct URLs to that host, and register the list again.',
});
const unknownPath = (path: string): Unresolved => ({
  code: 'not_found',
  message: `No connection of the workspace is to the container “${path.split('/', 1)[0]!.slice(0, 100)}”.`,
  fix: 'Name the connection in the request, or give whole URLs.',
});
const ambiguous = (found: readonly Found[]): Unresolved => ({
  code: 'conflict',
  message: `Several connections fit: ${found
    .slice(0, 5)
    .map(({ connection }) => `“${connection.name}” (${connection.id})`)
    .join(', ')}.`,
  fix: 'Name one of them in the request.',
});
