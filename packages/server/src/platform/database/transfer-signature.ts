import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { deriveKey, nameOf, type SecretKey, type SecretKeys } from '../secrets.ts';

// An export is signed in parts, so that an altered part can be named: its header, then each table. The id of the export
// is signed with each part, so that no part of another export can take its place.

const part = z.object({
  /** Null: the header. */
  table: z.string().nullable(),
  /** Of all its bytes, in hexadecimal. */
  sha256: z.string(),
});
export type Part = z.infer<typeof part>;

export const signatureSchema = z.object({
  exportId: z.string(),
  /** The key of the installation that the key of the signature is derived from. */
  keyId: z.string(),
  parts: z.array(part.extend({ hmac: z.base64() })),
});
export type ExportSignature = z.infer<typeof signatureSchema>;

const hmacOf = (key: SecretKey, exportId: string, { table, sha256 }: Part): Buffer =>
  createHmac('sha256', deriveKey(key, 'export'))
    .update(JSON.stringify([exportId, table, sha256]))
    .digest();

export const signParts = (key: SecretKey, exportId: string, parts: readonly Part[]): ExportSignature => ({
  exportId,
  keyId: nameOf(key),
  parts: parts.map(one => ({ ...one, hmac: hmacOf(key, exportId, one).toString('base64') })),
});

/** How messages name a part. */
export const wordsOf = ({ table }: Pick<Part, 'table'>): string =>
  table === null ? 'its header' : `the table ${table}`;

/**
 * What was not signed by one of these keys, in words; null: all of it was.
 * @returns the signature itself where it is by another key
 */
export function wrongPartOf({ exportId, keyId, parts }: ExportSignature, keys: SecretKeys): string | null {
  const key = keys.find(each => nameOf(each) === keyId);
  if (!key) return `the signature, by the key ${keyId},`;
  const wrong = parts.find(one => {
    const given = Buffer.from(one.hmac, 'base64');
    const expected = hmacOf(key, exportId, one);
    return given.length !== expected.length || !timingSafeEqual(given, expected);
  });
  return wrong ? wordsOf(wrong) : null;
}
