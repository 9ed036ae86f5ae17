import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** What a request wants to do, in the terms that permissions are given in. */
export type StorageAction = 'list' | 'read' | 'write' | 'delete' | 'delegate' | 'configure';

/** A request to the Blob service, taken apart. The URL is path-style: `/account/container/blob`. */
export interface StorageRequest {
  method: string;
  account: string;
  container: string | null;
  blob: string | null;
  query: URLSearchParams;
  action: StorageAction;
  /** The version of the API that it asks for; empty where it asks for none. */
  version: string;
  remoteAddress: string;
  secure: boolean;
  /** Whether it says who it is, by a token, a signature or a SAS; true of what does so wrongly, too. */
  hasCredential: boolean;
}

const ACCOUNT_HOST = /^([a-z0-9]+?)(?:-secondary)?(?:-ipv6|-dualstack)?(?:\.z\d\d)?\.blob\./;

/**
 * Gives a request that came to an account's own host name (`acme.blob.core.windows.net`) the path-style URL that
 * everything here reads.
 */
export function toPathStyle(message: IncomingMessage): void {
  const account = ACCOUNT_HOST.exec(message.headers.host ?? '')?.[1];
  if (account === undefined) return;
  message.url = `/${account}${message.url ?? '/'}`;
  delete message.headers.host;
}

/**
 * Takes a request apart. Paths are split as they came, because `new URL` would fold `..` in a blob's name.
 */
export function readStorageRequest(message: IncomingMessage): StorageRequest {
  const [path = '', search = ''] = splitOnce(message.url ?? '/', '?');
  const [, account = '', ...rest] = path.split('/');
  const [container, blob] = splitOnce(rest.join('/'), '/');
  const query = new URLSearchParams(search);
  const request = {
    method: message.method ?? 'GET',
    account: decodeURIComponent(account),
    container: container ? decodeURIComponent(container) : null,
    blob: blob ? decodeURIComponent(blob) : null,
    query,
    version: String(message.headers['x-ms-version'] ?? query.get('api-version') ?? ''),
    remoteAddress: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    secure: (message.socket as TLSSocket).encrypted === true,
    hasCredential: message.headers.authorization !== undefined || query.has('sig'),
  };
  return { ...request, action: actionOf(request) };
}

function actionOf({ method, container, query }: Omit<StorageRequest, 'action'>): StorageAction {
  const component = query.get('comp');
  if (component === 'userdelegationkey') return 'delegate';
  if (component === 'list') return 'list';
  if (!container && component === 'properties') return 'configure';
  if (method === 'GET' || method === 'HEAD') return 'read';
  return method === 'DELETE' ? 'delete' : 'write';
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
