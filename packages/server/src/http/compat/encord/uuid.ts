import type { IdKind } from '@mooring/contract';
import { ID_PREFIXES } from '@mooring/contract';
import { notFound } from '../../../platform/problem.ts';

/** In this order for ever: its position stands in UUIDs that scripts have kept. */
const KINDS = ['connection', 'folder', 'asset', 'operation', 'registration'] as const satisfies IdKind[];
type UuidKind = (typeof KINDS)[number];

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_BITS = 100n;
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/**
 * One of our ids as a UUID, which the client demands: version 8 of https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8,
 * whose 122 free bits hold the 100 of an id and its kind. Nothing has to be stored to get the id back.
 */
export function toUuid(id: string): string {
  const [prefix, text = ''] = id.split('_');
  const kind = KINDS.findIndex(kind => ID_PREFIXES[kind] === prefix);
  if (kind < 0 || text.length !== 20) throw new Error(`${id} cannot be a UUID`);
  let bits = BigInt(kind);
  for (const char of text) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(char));
  const free = [bits >> 74n, (bits >> 62n) & 0xfffn, bits & (2n ** 62n - 1n)] as const;
  const hex = ((free[0] << 80n) | (8n << 76n) | (free[1] << 64n) | (2n << 62n) | free[2])
    .toString(16)
    .padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * The id that a UUID is.
 * @param what the thing is called in messages
 * @throws MooringError `not_found` where it is no UUID of this kind
 */
export function fromUuid(kind: UuidKind, uuid: string, what: string = kind): string {
  const text = uuid.toLowerCase();
  if (!UUID.test(text)) throw unknown(what, uuid);
  const whole = BigInt(`0x${text.replaceAll('-', '')}`);
  const isVersion8 = ((whole >> 76n) & 0xfn) === 8n && ((whole >> 62n) & 3n) === 2n;
  let bits = ((whole >> 80n) << 74n) | (((whole >> 64n) & 0xfffn) << 62n) | (whole & (2n ** 62n - 1n));
  if (!isVersion8 || bits >> ID_BITS !== BigInt(KINDS.indexOf(kind))) throw unknown(what, uuid);
  let id = '';
  for (let at = 0; at < 20; at++) {
    id = ALPHABET[Number(bits & 31n)]! + id;
    bits >>= 5n;
  }
  return `${ID_PREFIXES[kind]}_${id}`;
}

const unknown = (what: string, uuid: string) => notFound(what, uuid.slice(0, 60));
