import type { ManifestItem, readManifest } from '@mooring/manifest';

/** Reads one URL or path a line, for tests of what comes after the reading; ten in a batch. */
export const readLines: typeof readManifest = async function* (bytes, { skip = 0 } = {}) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of bytes as AsyncIterable<Uint8Array>)
    text += decoder.decode(chunk, { stream: true });
  const lines = text.split('\n').filter(line => line !== '');
  for (let from = skip; from < lines.length; from += 10) {
    const items = lines.slice(from, from + 10).map((line, at): ManifestItem => {
      const address = line.includes('://') ? { url: line } : { path: line };
      return { type: 'asset', place: { line: from + at + 1 }, address };
    });
    const index = from + items.length;
    yield { format: 'url-list', items, problems: [], warnings: [], flags: {}, index, bytesRead: 0 };
  }
};
