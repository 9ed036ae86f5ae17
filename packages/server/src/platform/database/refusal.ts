import type pg from 'pg';
import { MooringError } from '../problem.ts';

interface Place {
  address: string;
  user: string;
  database: string;
}
/** What the error's code or message looks like, what that means, and what to do. */
type Rule = [pattern: RegExp, means: (place: Place) => string, fix: (place: Place) => string];

const CHECK_URL = 'Check DATABASE_URL';
const RULES: Rule[] = [
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    p => `There is no machine with the name of ${p.address}.`,
    () => `${CHECK_URL}.`,
  ],
  [
    /^ECONNREFUSED$/,
    p => `Nothing accepts connections at ${p.address}.`,
    () => `Start the database server, or correct the host and port in DATABASE_URL.`,
  ],
  [
    /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$|^timeout expired$/,
    p => `${p.address} did not answer within 10 seconds.`,
    () => `Let this machine through the firewall of the database, or correct the host in DATABASE_URL.`,
  ],
  [
    /^28P01$|client password must be/,
    p => `${p.address} refused the password of the user ${p.user}.`,
    () =>
      `Correct the user and password in DATABASE_URL; special characters in them are written as %40 and the like.`,
  ],
  [
    /^28000$/,
    p =>
      `${p.address} does not allow the user ${p.user} to connect to the database ${p.database} from this machine.`,
    () =>
      `Allow it in the server's pg_hba.conf; where it asks for encryption, add ?sslmode=verify-full to DATABASE_URL.`,
  ],
  [
    /^3D000$/,
    p => `There is no database ${p.database} on ${p.address}.`,
    p => `Make it: create database "${p.database}" owner "${p.user}" encoding 'UTF8' template template0;`,
  ],
  [
    /^42501$/,
    p => `The user ${p.user} may not connect to the database ${p.database} on ${p.address}.`,
    p => `As an administrator, run: grant connect on database "${p.database}" to "${p.user}";`,
  ],
  [
    /^53300$/,
    p => `${p.address} has no free connection.`,
    () => `Raise max_connections of the server, or end programs that hold connections.`,
  ],
  [/^57P03$/, p => `${p.address} is starting up or shutting down.`, () => `Try again in a moment.`],
  [
    /does not support SSL/,
    p => `${p.address} does not speak TLS, and DATABASE_URL asks for it.`,
    () => `Switch ssl on in the server, or, in a network you trust, use ?sslmode=disable.`,
  ],
  [
    /CERT|SIGNATURE|ERR_TLS/,
    p => `The certificate of ${p.address} is not one that this machine trusts.`,
    () => `Add &sslrootcert=FILE to DATABASE_URL with the certificate of the authority that issued it.`,
  ],
];

/** Why a server that DATABASE_URL names did not let us in. Without a client, the URL could not be read. */
export function refusal(error: unknown, client: pg.Client | null): MooringError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!client) {
    return new MooringError('unavailable', 'DATABASE_URL cannot be read.', {
      fix: 'Write it as postgres://user:password@host:5432/database, with special characters as %40 and the like.',
    });
  }
  const place = {
    address: `${client.host}:${client.port}`,
    user: client.user ?? '',
    database: client.database ?? '',
  };
  const [, means, fix] = RULES.find(([pattern]) => pattern.test(code) || pattern.test(message)) ?? OTHERWISE;
  const said = message === '' || /^timeout/.test(message) ? code : message;
  return new MooringError('unavailable', `${means(place)} The server said: ${said}`, {
    fix: fix(place),
    cause: error,
  });
}

const OTHERWISE: Rule = [
  /./,
  p => `The database server ${p.address} cannot be used.`,
  () => `${CHECK_URL}, and the log of the server.`,
];
