import { createHash } from 'node:crypto';
import { MooringError } from '../platform/problem.ts';

const TYPE = 'ssh-ed25519';
/** What stands before the key itself: the lengths of type and key, and the type. */
const HEAD = Buffer.concat([length(TYPE.length), Buffer.from(TYPE), length(32)]);

export interface SshPublicKey {
  /** The 32 bytes of the key. */
  bytes: Buffer;
  comment: string;
}

/**
 * Reads a line such as `ssh-ed25519 AAAA… ada@example.org`, as https://www.rfc-editor.org/rfc/rfc8709 has it.
 * @throws MooringError `invalid_request`, which says what it is instead
 */
export function readSshPublicKey(line: string): SshPublicKey {
  if (/PRIVATE KEY/.test(line))
    throw refused('This is a private key. Mooring needs the public one, and has not kept it.');
  const [type = '', base64 = '', ...comment] = line.trim().split(/[ \t]+/);
  if (/[\r\n]/.test(line.trim())) throw refused('There are several lines.');
  if (type !== TYPE) throw refused(`The key begins with “${type.slice(0, 40)}”.`);
  const bytes = Buffer.from(base64, 'base64');
  const isWhole = bytes.length === HEAD.length + 32 && bytes.subarray(0, HEAD.length).equals(HEAD);
  if (!isWhole || bytes.toString('base64') !== base64)
    throw refused('What follows ssh-ed25519 is no whole key.');
  return { bytes: bytes.subarray(HEAD.length), comment: comment.join(' ') };
}

/** As `ssh-keygen -l` shows it. */
export const fingerprintOf = (bytes: Buffer): string =>
  `SHA256:${createHash('sha256')
    .update(Buffer.concat([HEAD, bytes]))
    .digest('base64')
    .replace(/=+$/, '')}`;

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const refused = (seen: string): MooringError =>
  new MooringError('invalid_request', `${seen} Expected one line that begins with ${TYPE}.`, {
    fix: 'Make a key with ssh-keygen -t ed25519, and give the line of the file that ends in .pub.',
    fields: [{ path: 'publicKey', message: `expected one line that begins with ${TYPE}` }],
  });
