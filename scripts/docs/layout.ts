import { posix } from 'node:path';
import type { NavigationSection } from './navigation.ts';
import { addressOf, escapeHtml, type Page } from './page.ts';

/** The HTML of one page of the site: navigation, search, the page, and what comes before and after it. */
export function layOut(page: Page, pages: Map<string, Page>, navigation: NavigationSection[]): string {
  const here = posix.dirname(addressOf(page.path));
  const to = (path: string) => posix.relative(here, path);
  const link = (path: string, attributes = '') =>
    `<a href="${to(addressOf(path))}"${attributes}>${escapeHtml(pages.get(path)!.title)}</a>`;

  const sections = navigation.map(({ name, paths }) => {
    const items = paths.map(
      path => `<li>${link(path, path === page.path ? ' aria-current="page"' : '')}</li>`,
    );
    const isOpen = name !== 'Decisions' || paths.includes(page.path);
    return `<details${isOpen ? ' open' : ''}><summary>${name}</summary><ul>${items.join('')}</ul></details>`;
  });
  const parts = page.sections.filter(({ level }) => level === 2);
  const contents = parts.map(
    ({ anchor, heading }) => `<li><a href="#${anchor}">${escapeHtml(heading)}</a></li>`,
  );
  const order = navigation.flatMap(({ paths }) => paths);
  const at = order.indexOf(page.path);
  const [before, after] = [order[at - 1], order[at + 1]];

  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}${page.path === 'README.md' ? '' : ' · Mooring'}</title>
<link rel="icon" href="${to('site/mark.svg')}">
<link rel="stylesheet" href="${to('site/site.css')}">
</head>
<body data-root="${to('.') || '.'}">
<a class="skip" href="#page">Skip to the page</a>
<header>
<button type="button" popovertarget="menu">Menu</button>
<a class="name" href="${to('index.html')}"><img src="${to('site/mark.svg')}" alt="" width="22" height="22">Mooring</a>
<search><input type="search" placeholder="Search" aria-label="Search the documents"><ol hidden></ol></search>
</header>
<nav id="menu" popover aria-label="Documents">${sections.join('')}</nav>
<main id="page">
${page.html}
<footer>${before ? `<span>Previous: ${link(before)}</span>` : ''}${after ? `<span>Next: ${link(after)}</span>` : ''}</footer>
</main>
${parts.length > 2 ? `<aside aria-label="On this page"><p>On this page</p><ul>${contents.join('')}</ul></aside>` : ''}
<script src="${to('site/site.js')}" defer></script>
</body>
</html>
`;
}
