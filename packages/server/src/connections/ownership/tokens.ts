import { createHmac } from 'node:crypto';

/**
 * The names under which the owner of a storage says that a workspace is wanted. They are not secret: with another
 * workspace's name, an owner can only say that they want that one. They are made with keys that stay when the secret key
 * of the installation changes, so that a new key does not undo what was said. With several, the first one is shown.
 */
export type OwnershipTokens = (workspaceId: string) => readonly [string, ...string[]];

const PREFIX = 'mooring-';
/** 5 bits each: 90 bits. */
const RANDOM_CHARACTERS = 18;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export function createOwnershipTokens(keys: readonly [Buffer, ...Buffer[]]): OwnershipTokens {
  const [first, ...others] = keys;
  const tokenOf = (key: Buffer, workspaceId: string): string => {
    const bytes = createHmac('sha256', key).update(workspaceId).digest();
    return PREFIX + [...bytes.subarray(0, RANDOM_CHARACTERS)].map(byte => ALPHABET[byte & 31]).join('');
  };
  return workspaceId => [tokenOf(first, workspaceId), ...others.map(key => tokenOf(key, workspaceId))];
}
