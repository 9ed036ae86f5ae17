import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes as 43 characters that need no escaping anywhere. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is stored in place of a secret. The secrets are random, so a plain hash cannot be reversed. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();
