import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Link, Page } from './page.ts';

/**
 * What is wrong with the links of the pages: one line for each, with the page, the link and the reason. Addresses of
 * the web are not opened.
 */
export function deadLinks(root: string, pages: Map<string, Page>): string[] {
  return [...pages.values()].flatMap(({ path, links }) =>
    links.flatMap(link => {
      const why = wrongWith(root, pages, link);
      return why ? [`${path}: ${link.href}: ${why}`] : [];
    }),
  );
}

function wrongWith(root: string, pages: Map<string, Page>, { href, path, anchor }: Link): string | null {
  if (path === null) return null;
  if (href.startsWith('/')) return 'a link to a file must be relative';
  if (path.startsWith('..')) return 'it leads out of the repository';
  const page = pages.get(path);
  if (page)
    return anchor === null || page.anchors.has(anchor) ? null : `${path} has no heading with this anchor`;
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  if (!found) return `there is no file ${path}`;
  if (found.isDirectory()) return 'it leads to a folder: link to a page in it';
  return anchor === null ? null : `${path} is not a page, so it has no anchors`;
}
