import net from 'node:net';

/** A proxy did not open a tunnel. */
export class ProxyRefused extends Error {
  override readonly name = 'ProxyRefused';
  readonly code = 'ERR_PROXY_REFUSED';
  readonly fix: string;

  constructor(message: string, fix: string, cause?: unknown) {
    super(message, { cause });
    this.fix = fix;
  }
}

export interface Proxy {
  /** Without user and password. */
  readonly name: string;
  /**
   * Opens a connection through the proxy (HTTP CONNECT) to an address, or to a name that the proxy resolves. Errors are
   * ProxyRefused, and say `host`: what a name resolves to is for the operator alone.
   */
  tunnel(
    to: { address: string; host: string; port: number },
    callback: (error: Error | null, socket: net.Socket | null) => void,
  ): void;
}

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 16_384;

/** @param url `http://[user:password@]host:port` */
export function createProxy(url: string): Proxy {
  const { hostname, port, username, password } = new URL(url);
  const name = `${hostname}:${port || 80}`;
  const authorization = username
    ? `Proxy-Authorization: Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}\r\n`
    : '';

  return {
    name,
    tunnel({ address, host, port: toPort }, callback) {
      const target = `${bracketed(address)}:${toPort}`;
      const socket = net.connect({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || 80) });
      let answer = Buffer.alloc(0);

      const end = (error: Error | null) => {
        socket
          .off('error', unreachable)
          .off('end', unreachable)
          .off('timeout', unreachable)
          .off('data', read);
        socket.setTimeout(0);
        if (!error) return callback(null, socket);
        socket.on('error', () => {}); // of what is given up
        socket.destroy();
        callback(error, null);
      };
      const fail = (seen: string, fix: string, cause?: unknown) =>
        end(new ProxyRefused(`The proxy ${name} ${seen}.`, fix, cause));
      const unreachable = (cause?: unknown) => fail('was not reached', CHECK_SETTING, cause);
      // Nothing comes after the answer until we have spoken.
      const read = (chunk: Buffer) => {
        answer = Buffer.concat([answer, chunk]);
        const isWhole = answer.includes('\r\n\r\n');
        if (!isWhole && answer.length < MOST_BYTES) return;
        const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer.toString('latin1', 0, 40))?.[1];
        if (!isWhole || status === undefined) fail('does not answer as a proxy does', CHECK_SETTING);
        else if (status === '407') fail('wants a user and password (407)', GIVE_PASSWORD);
        else if (!status.startsWith('2'))
          fail(
            `did not connect to ${bracketed(host)}:${toPort}: it answered ${status}`,
            `Make the proxy allow connections to ${bracketed(host)}:${toPort}.`,
          );
        else end(null);
      };

      socket.setTimeout(TIMEOUT_MS);
      socket.on('error', unreachable).on('end', unreachable).on('timeout', unreachable).on('data', read);
      socket.once('connect', () =>
        socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`),
      );
    },
  };
}

const bracketed = (host: string): string => (net.isIPv6(host) ? `[${host}]` : host);

const CHECK_SETTING = 'The operator of Mooring checks MOORING_HTTPS_PROXY.';
const GIVE_PASSWORD =
  'The operator of Mooring puts user and password into MOORING_HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT.';
