import { createHmac } from 'node:crypto';
import { deriveKey, type SecretKey } from '../../platform/secrets.ts';

/**
 * The names under which the owner of a storage says that a workspace is wanted. They are not secret: with another
 * workspace's name, an owner can only say that they want that one. There is one for each key of the installation, the
 * first for the key that seals, so that a new key does not undo what was said.
 */
export type OwnershipTokens = (workspaceId: string) => readonly [string, ...string[]];

const PREFIX = 'mooring-';
/** 5 bits each: 90 bits. */
const RANDOM_CHARACTERS = 18;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export function createOwnershipTokens(keys: readonly [SecretKey, ...SecretKey[]]): OwnershipTokens {
  const [first, ...others] = keys.map(key => deriveKey(key, 'ownership')) as [Buffer, ...Buffer[]];
  const tokenOf = (key: Buffer, workspaceId: string): string => {
    const bytes = createHmac('sha256', key).update(workspaceId).digest();
    return PREFIX + [...bytes.subarray(0, RANDOM_CHARACTERS)].map(byte => ALPHABET[byte & 31]).join('');
  };
  return workspaceId => [tokenOf(first, workspaceId), ...others.map(key => tokenOf(key, workspaceId))];
}
