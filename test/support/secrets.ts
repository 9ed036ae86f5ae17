import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that must not be found, and what to call it when it is. */
export interface Secret {
  name: string;
  value: string;
}

/** The text of a secret as it may stand somewhere: whole, encoded, and a part of it that is enough to guess. */
function formsOf({ value }: Secret): string[] {
  const middle = value.slice(8, Math.max(24, value.length - 8));
  return [
    value,
    middle,
    encodeURIComponent(value),
    encodeURIComponent(encodeURIComponent(value)),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    Buffer.from(value).toString('hex'),
  ];
}

/** The names of the secrets that are in it. */
export const secretsIn = (content: string | Buffer, secrets: readonly Secret[]): string[] => {
  const bytes = Buffer.from(content);
  return secrets.filter(secret => formsOf(secret).some(form => bytes.includes(form))).map(({ name }) => name);
};

/** Every file below a directory, but for those that are removed meanwhile. */
export async function filesBelow(directory: string): Promise<{ path: string; content: Buffer }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const found: { path: string; content: Buffer }[] = [];
  for (const path of files) {
    const content = await readFile(path).catch(error => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (content) found.push({ path, content });
  }
  return found;
}

/** The signature of a SAS token or signed URL, decoded. */
export const signatureOf = (token: string): string =>
  decodeURIComponent(/(?:^|[?&])sig=([^&]+)/.exec(token)![1]!);
