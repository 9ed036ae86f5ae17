import MiniSearch from 'minisearch';
import { addressOf, type Page } from './page.ts';

/** What the search of the site finds: each section of each page. site.js reads it with the same fields. */
export function searchIndex(pages: Iterable<Page>): string {
  const index = new MiniSearch({ fields: ['heading', 'title', 'text'], storeFields: ['heading', 'title'] });
  for (const { path, title, sections } of pages) {
    const address = addressOf(path);
    index.addAll(
      sections.map(({ anchor, heading, text }) => ({ id: `${address}#${anchor}`, heading, title, text })),
    );
  }
  return JSON.stringify(index);
}
