import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { whyNotPublic } from './address-ranges.ts';
import { createNetworks } from './allowed-networks.ts';
import { refusePort } from './ports.ts';
import { createProxy } from './proxy.ts';
import { NETWORK_SETTINGS, PURPOSE_WORDS, type Purpose } from './purposes.ts';
import { reusedReads } from './reused-reads.ts';

/**
 * An address was not connected to. `message` says which host and why; `fix` names the operator's setting. What a name
 * resolves to says something of the network around the server, so it is in `address`, for the operator's log alone.
 */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ERR_ADDRESS_REFUSED';
  readonly host: string;
  readonly address: string;
  readonly fix: string;

  constructor(host: string, address: string, reason: { what: string; allowable: boolean }, purpose: Purpose) {
    const isLiteral = host === address;
    const resolves = isLiteral ? `${host} is` : `${host} resolves to`;
    super(`${resolves} ${reason.what}; Mooring connects only to public addresses.`);
    this.host = host;
    this.address = address;
    const setting = NETWORK_SETTINGS[purpose];
    const how = isLiteral ? `: ${setting}=${address}` : ` in ${setting}`;
    this.fix = reason.allowable
      ? `If ${PURPOSE_WORDS[purpose]} is meant to be there, the operator of Mooring can allow its network${how}.`
      : `Give the address of ${PURPOSE_WORDS[purpose]} itself. No setting allows this one.`;
  }
}

/** Whether a host is one of these domains; one that begins with a dot stands for all names below it. */
export const isWithin = (host: string, domains: readonly string[]): boolean =>
  domains.some(domain => (domain.startsWith('.') ? host.endsWith(domain) : host === domain));

type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => void;
type Opened = (error: Error | null, socket: Socket | null) => void;

/**
 * What every outgoing request to an address that a user chose goes through. Addresses are judged when the
 * socket is opened, after the name was resolved and on every redirect, so a name cannot change its mind in
 * between. Only public unicast addresses pass, and private and loopback ones as far as `allowPrivate` says: in these
 * networks; true: all of them. Ports of other protocols never pass.
 *
 * With a proxy, public addresses are reached through it and private ones without. `ownDomains`, names that only a
 * storage service can give (after a dot: all below it), are left to the proxy to resolve, which often is the only one
 * that can; every other name is resolved and judged here, and the proxy is given the address, so that it cannot find
 * another one.
 *
 * `dispatcher` is for undici and fetch; `bulkDispatcher` for undici too, where what comes is dealt with as it comes:
 * its memory is used again, so none of it may be kept. The two agents are for libraries on `node:http`. Requests through
 * any of them fail with `AddressRefused` (undici and fetch: as the cause of their own error, or the error itself).
 *
 * `onRefusal` gets each refusal, for the log.
 */
export function createGuard(
  {
    allowPrivate,
    purpose = 'storage',
    httpsProxy = null,
    ownDomains = [],
    onRefusal = () => {},
  }: {
    allowPrivate: boolean | readonly string[];
    purpose?: Purpose;
    httpsProxy?: string | null;
    ownDomains?: readonly string[];
    onRefusal?: (refusal: AddressRefused) => void;
  },
  resolve: typeof dnsLookup = dnsLookup,
) {
  const proxy = httpsProxy === null ? null : createProxy(httpsProxy);
  const isInside = typeof allowPrivate === 'boolean' ? () => allowPrivate : createNetworks(allowPrivate);
  const allowsSome = typeof allowPrivate === 'boolean' ? allowPrivate : allowPrivate.length > 0;
  /** Whether an address is a private one that the operator allows. */
  const allows = (address: string): boolean => whyNotPublic(address)?.allowable === true && isInside(address);
  /** The refusal of one address of a host, or null. */
  const checkAddress = (host: string, address: string): AddressRefused | null => {
    const reason = whyNotPublic(address);
    if (reason === null || (reason.allowable && isInside(address))) return null;
    const refusal = new AddressRefused(host, address, reason, purpose);
    onRefusal(refusal);
    return refusal;
  };

  /** The refusal of a host that is an address already, and so is never looked up; null for a name. */
  const checkLiteral = (host: string): AddressRefused | null => {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    return isIP(bare) === 0 ? null : checkAddress(bare, bare);
  };

  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true } as LookupOptions & { all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const refusal = firstRefusal(hostname, addresses);
      if (refusal) return callback(refusal, '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
  const firstRefusal = (hostname: string, addresses: LookupAddress[]): AddressRefused | null =>
    addresses.map(({ address }) => checkAddress(hostname, address)).find(refusal => refusal !== null) ?? null;

  /** Whether the proxy is to resolve a name. */
  const isLeftToProxy = (host: string): boolean => proxy !== null && isWithin(host, ownDomains);

  /**
   * Opens a connection through the proxy, or says with null that it is to be opened without: there is no proxy, or
   * the address is a private one that the operator allows.
   */
  const open = (host: string, port: number, opened: Opened): void => {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    const direct = () => opened(null, null);
    const toAddress = (address: string, refusal: AddressRefused | null) => {
      if (refusal) opened(refusal, null);
      else if (proxy && whyNotPublic(address) === null) proxy.tunnel({ address, host: bare, port }, opened);
      else direct();
    };
    const isLeft = isLeftToProxy(bare);
    const refusedPort = refusePort(port);
    if (refusedPort) opened(refusedPort, null);
    else if (isIP(bare) !== 0) toAddress(bare, checkAddress(bare, bare));
    else if (!proxy)
      direct(); // `lookup` judges
    else if (isLeft && !allowsSome) proxy.tunnel({ address: bare, host: bare, port }, opened);
    else
      resolve(bare, { all: true }, (error, addresses) => {
        const isPrivate = !error && addresses.every(({ address }) => allows(address));
        if (isLeft && !isPrivate) proxy.tunnel({ address: bare, host: bare, port }, opened);
        else if (error) opened(error, null);
        else toAddress(addresses[0]!.address, firstRefusal(bare, addresses));
      });
  };

  const httpAgent = guarded(new http.Agent({ keepAlive: true, lookup } as http.AgentOptions), open);
  const httpsAgent = guarded(new https.Agent({ keepAlive: true, lookup } as https.AgentOptions), open);
  const dispatcherOver = (connect: Connect) =>
    new Agent({
      connect: (options, callback) => {
        const isSecure = options.protocol === 'https:';
        open(options.hostname, Number(options.port || (isSecure ? 443 : 80)), (error, socket) => {
          if (error) return callback(error, null);
          if (socket && !isSecure) return callback(null, socket);
          connect(socket ? { ...options, httpSocket: socket } : options, callback);
        });
      },
    });
  const dispatcher = dispatcherOver(buildConnector({ lookup } as buildConnector.BuildOptions));
  const bulkDispatcher = dispatcherOver((options, callback) => {
    const reads = reusedReads();
    const connect = buildConnector({
      lookup,
      onread: reads.onread,
      allowH2: false,
    } as buildConnector.BuildOptions) as (...of: Parameters<Connect>) => Socket;
    reads.of(connect(options, callback));
  });

  return {
    /** Whether there are private addresses that it allows. */
    allowPrivate: allowsSome,
    allows,
    httpAgent,
    httpsAgent,
    dispatcher,
    bulkDispatcher,
    checkAddress,
    checkLiteral,
    /** The proxy that resolves a name, `host:port`; null where names are resolved here. */
    resolvedBy: (host: string): string | null => (isLeftToProxy(host) ? proxy!.name : null),
    async close(): Promise<void> {
      httpAgent.destroy();
      httpsAgent.destroy();
      await Promise.all([dispatcher.destroy(), bulkDispatcher.destroy()]);
    },
  };
}
export type Guard = ReturnType<typeof createGuard>;

/** Opens the agent's sockets only after `open` has judged where they lead, through the proxy where that says so. */
function guarded<A extends http.Agent>(
  agent: A,
  open: (host: string, port: number, opened: Opened) => void,
): A {
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    open(options.host ?? '', Number(options.port), (error, socket) => {
      if (error) return callback?.(error, undefined as never);
      if (socket && !(agent instanceof https.Agent)) return callback?.(null, socket);
      callback?.(
        null,
        createConnection(socket ? ({ ...options, socket } as typeof options) : options) as Socket,
      );
    });
    return undefined;
  };
  return agent;
}
