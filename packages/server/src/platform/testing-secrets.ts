import { createCipheriv, randomBytes } from 'node:crypto';
import { parseKeys } from './secrets.ts';

/** As an older Mooring sealed: with the row's id as the only associated data. @param key in Base64 */
export function formerlySealed(key: string, plain: string, rowId: string): Buffer {
  const [{ id, bytes }] = parseKeys(key)!;
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', bytes, iv).setAAD(Buffer.from(rowId));
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(1), id, iv, cipher.getAuthTag(), sealed]);
}
