import type { CheckId } from '@mooring/contract';
import { type ErrorKind, ProviderError } from './errors.ts';

interface Row {
  kind: ErrorKind;
  /** The check that finds it too; default: `tls`, which opens a connection. */
  check?: CheckId;
  message: (host: string) => string;
  fix: string;
}

const CHECK_ROUTE =
  'Check the endpoint and its port, and that firewalls and proxies between it and Mooring allow the connection.';
const CHECK_NAME =
  'Check the spelling of the account’s name. A private endpoint resolves only inside its own network.';
const TRUST_AUTHORITY =
  'If the endpoint is yours, set NODE_EXTRA_CA_CERTS to the file of the authority that signed its certificate, and start Mooring again. If the endpoint belongs to the storage service, a proxy on the way replaces certificates: ask for the file of its authority, and set NODE_EXTRA_CA_CERTS in the same way.';
const OWN_NAME =
  'Use the host name that the certificate is for; the page of the storage account or bucket shows it.';

const refused: Row = {
  kind: 'unreachable',
  message: host => `${host} refused the connection.`,
  fix: CHECK_ROUTE,
};
const reset: Row = {
  kind: 'unreachable',
  message: host => `${host} closed the connection.`,
  fix: CHECK_ROUTE,
};
const timedOut: Row = {
  kind: 'unreachable',
  message: host => `${host} did not answer in time.`,
  fix: CHECK_ROUTE,
};
const noRoute: Row = {
  kind: 'unreachable',
  message: host => `There is no route to ${host} from Mooring’s network.`,
  fix: CHECK_ROUTE,
};
const untrusted: Row = {
  kind: 'tls',
  message: host => `The certificate of ${host} is signed by an authority that Mooring does not trust.`,
  fix: TRUST_AUTHORITY,
};
const notTls: Row = {
  kind: 'tls',
  message: host => `${host} does not answer as a secure server does.`,
  fix: 'Check the port, and whether the endpoint uses https://.',
};

/** Without the port. */
const nameOf = (host: string): string => host.replace(/:\d+$/, '');

/** Codes of Node, OpenSSL and undici. */
const ROWS: Record<string, Row> = {
  ENOTFOUND: {
    kind: 'unreachable',
    check: 'dns',
    message: host => `There is no host named ${nameOf(host)}.`,
    fix: CHECK_NAME,
  },
  EAI_AGAIN: {
    kind: 'unreachable',
    check: 'dns',
    message: host => `The name ${nameOf(host)} could not be resolved: the name server did not answer.`,
    fix: 'Check the DNS settings of the machine that runs Mooring.',
  },
  ECONNREFUSED: refused,
  ECONNRESET: reset,
  EPIPE: reset,
  ERR_STREAM_PREMATURE_CLOSE: reset,
  UND_ERR_SOCKET: reset,
  ETIMEDOUT: timedOut,
  ESOCKETTIMEDOUT: timedOut,
  UND_ERR_CONNECT_TIMEOUT: timedOut,
  UND_ERR_HEADERS_TIMEOUT: timedOut,
  UND_ERR_BODY_TIMEOUT: timedOut,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  EADDRNOTAVAIL: noRoute,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: {
    kind: 'tls',
    message: host => `The certificate of ${host} has expired.`,
    fix: 'Renew the certificate. If it is the storage service’s, check the clock of the machine that runs Mooring.',
  },
  CERT_NOT_YET_VALID: {
    kind: 'tls',
    message: host => `The certificate of ${host} is not valid yet.`,
    fix: 'Check the clock of the machine that runs Mooring.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    kind: 'tls',
    message: host => `The certificate that ${host} shows is for another name.`,
    fix: OWN_NAME,
  },
  EPROTO: notTls,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
};

/**
 * What a failure below HTTP was: no such host, refused, reset, timed out, an untrusted certificate, an address
 * that the guard refuses. Looks through the causes of the error; null when it was none of these.
 * @param host as the user knows it, with the port where it is not the usual one.
 */
export function networkFailure(error: unknown, host: string): ProviderError | null {
  for (const link of causesOf(error)) {
    const code = (link as { code?: unknown }).code;
    if (code === 'ERR_ADDRESS_REFUSED') {
      // Libraries keep the message and the code of what the guard threw, but not its fix.
      const { message, fix } = link as { message: string; fix?: string };
      return new ProviderError('invalid', message, {
        fix: fix ?? ALLOW_PRIVATE,
        check: 'dns',
        cause: error,
      });
    }
    if (code === 'ERR_PROXY_REFUSED') {
      const { message, fix } = link as { message: string; fix?: string };
      return new ProviderError('unreachable', message, {
        fix: fix ?? CHECK_ROUTE,
        check: 'tls',
        cause: error,
      });
    }
    const row = typeof code === 'string' ? ROWS[code] : undefined;
    if (row) {
      const { kind, fix, check = 'tls' } = row;
      return new ProviderError(kind, row.message(host), { fix, check, cause: error });
    }
  }
  return null;
}

const ALLOW_PRIVATE =
  'If it is meant to be at a private address, the operator of Mooring can allow its network: in MOORING_STORAGE_NETWORKS for storage, in MOORING_SIGN_IN_NETWORKS for a sign-in service.';

/** An error, what caused it, what caused that, and the parts of an AggregateError. */
export function* causesOf(error: unknown): Generator<Error> {
  let depth = 0;
  for (let link = error; link instanceof Error && depth < 8; link = link.cause, depth++) {
    yield link;
    if (link instanceof AggregateError) yield* link.errors.flatMap(part => [...causesOf(part)]);
  }
}
