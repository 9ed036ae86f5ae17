import { addressOf, type WriteExport } from '../format.ts';

/** One address a line. Paths are encoded as in URLs, because a key can hold the end of a line. */
export const writeUris: WriteExport = async function* ({ read }) {
  for await (const assets of read())
    yield assets
      .map(asset => `${asset.url ?? addressOf(asset).split('/').map(encodeURIComponent).join('/')}\n`)
      .join('');
};
