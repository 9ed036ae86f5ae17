import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { whyNotPublic } from './address-ranges.ts';

/** An address was not connected to. `message` says which host and why; `fix` names the operator's setting. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ERR_ADDRESS_REFUSED';
  readonly host: string;
  readonly address: string;
  readonly fix: string;

  constructor(host: string, address: string, reason: { what: string; allowable: boolean }) {
    const resolves = host === address ? `${host} is` : `${host} resolves to ${address},`;
    super(`${resolves} ${reason.what}; Mooring connects only to public addresses.`);
    this.host = host;
    this.address = address;
    this.fix = reason.allowable
      ? 'If the storage is meant to be there, the operator of Mooring can allow it: MOORING_ALLOW_PRIVATE_ENDPOINTS=true.'
      : 'Give the address of the storage itself. No setting allows this one.';
  }
}

/**
 * What every outgoing request to an address that a user chose goes through. Addresses are judged when the
 * socket is opened, after the name was resolved and on every redirect, so a name cannot change its mind in
 * between. Without `allowPrivate` only public unicast addresses pass; with it private and loopback ones too.
 *
 * `dispatcher` is for undici and fetch; the two agents for libraries on `node:http`. Requests through any of
 * them fail with `AddressRefused` (undici and fetch: as the cause of their own error, or the error itself).
 */
export function createGuard(
  { allowPrivate }: { allowPrivate: boolean },
  resolve: typeof dnsLookup = dnsLookup,
) {
  /** The refusal of one address of a host, or null. */
  const checkAddress = (host: string, address: string): AddressRefused | null => {
    const reason = whyNotPublic(address);
    if (reason === null || (allowPrivate && reason.allowable)) return null;
    return new AddressRefused(host, address, reason);
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

  const httpAgent = guarded(new http.Agent({ keepAlive: true, lookup } as http.AgentOptions), checkLiteral);
  const httpsAgent = guarded(
    new https.Agent({ keepAlive: true, lookup } as https.AgentOptions),
    checkLiteral,
  );
  const connect = buildConnector({ lookup } as buildConnector.BuildOptions);
  const dispatcher = new Agent({
    connect: (options, callback) => {
      const refusal = checkLiteral(options.hostname);
      if (refusal) return callback(refusal, null);
      connect(options, callback);
    },
  });

  return {
    allowPrivate,
    httpAgent,
    httpsAgent,
    dispatcher,
    checkAddress,
    checkLiteral,
    async close(): Promise<void> {
      httpAgent.destroy();
      httpsAgent.destroy();
      await dispatcher.destroy();
    },
  };
}
export type Guard = ReturnType<typeof createGuard>;

/** Node opens sockets to literal addresses without a lookup, so they are judged before. */
function guarded<A extends http.Agent>(agent: A, checkLiteral: (host: string) => AddressRefused | null): A {
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const refusal = checkLiteral(options.host ?? '');
    if (!refusal) return createConnection(options, callback);
    callback?.(refusal, undefined as never);
    return undefined;
  };
  return agent;
}
