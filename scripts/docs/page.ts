import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import Slugger from 'github-slugger';
import markdownIt, { type Token } from 'markdown-it';

/** A document: what stands in it, and where it leads. Paths start at the repository's root. */
export interface Page {
  /** Of the Markdown file. */
  path: string;
  title: string;
  html: string;
  /** The anchors of the headings. */
  anchors: Set<string>;
  links: Link[];
  sections: Section[];
}

/** A link or a picture. */
export interface Link {
  /** As it is written. */
  href: string;
  /** The file it leads to; null for an address of the web. */
  path: string | null;
  anchor: string | null;
}

/** A heading with the text below it: what the search finds. */
export interface Section {
  anchor: string;
  level: number;
  heading: string;
  text: string;
}

const markdown = markdownIt({ html: false });
// A wide table scrolls by itself, so that the page keeps its width on a phone.
markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>';
markdown.renderer.rules.table_close = () => '</table></div>';

/** A text as it may stand in HTML. */
export const { escapeHtml } = markdown.utils;

/** Reads one Markdown file. Its anchors are those that GitHub gives to headings. */
export function readPage(root: string, path: string): Page {
  const tokens = markdown.parse(readFileSync(join(root, path), 'utf8'), {});
  const sections = takeSections(tokens);
  const links = takeLinks(tokens, path);
  return {
    path,
    title: sections[0]?.heading ?? path,
    html: markdown.renderer.render(tokens, markdown.options, {}),
    anchors: new Set(sections.map(({ anchor }) => anchor)),
    links,
    sections,
  };
}

/** Where a page stands in the site: README.md becomes the index of its folder. */
export const addressOf = (path: string): string =>
  path.replace(/(^|\/)README\.md$/, '$1index.html').replace(/\.md$/, '.html');

/** Gives each heading its anchor, and collects the text below it. */
function takeSections(tokens: Token[]): Section[] {
  const slugger = new Slugger();
  const sections: Section[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const heading = textOf(tokens[at + 1]!);
      const anchor = slugger.slug(heading);
      token.attrSet('id', anchor);
      sections.push({ anchor, level: Number(token.tag.slice(1)), heading, text: '' });
    } else if (token.type === 'inline' && tokens[at - 1]?.type !== 'heading_open') {
      const last = sections.at(-1);
      if (last) last.text += `${textOf(token)} `;
    } else if (token.type === 'fence') {
      const last = sections.at(-1);
      if (last) last.text += `${token.content} `;
    }
  }
  return sections;
}

const textOf = ({ children, content }: Token): string =>
  children
    ? children.map(child => (child.type === 'softbreak' ? ' ' : child.content || textOf(child))).join('')
    : content;

/** Collects the links and pictures, and points links at pages of the site. */
function takeLinks(tokens: Token[], from: string): Link[] {
  const links: Link[] = [];
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    const attribute = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : null;
    const href = attribute && token.attrGet(attribute);
    if (!attribute || !href) continue;
    const link = readLink(String(href), from);
    links.push(link);
    if (link.path === null) continue;
    const target = posix.relative(posix.dirname(addressOf(from)), addressOf(link.path)) || '.';
    token.attrSet(attribute, link.anchor === null ? target : `${target}#${link.anchor}`);
  }
  return links;
}

function readLink(href: string, from: string): Link {
  if (/^[a-z]+:/i.test(href)) return { href, path: null, anchor: null };
  const [path = '', anchor] = decodeURI(href).split('#');
  return { href, path: path ? posix.join(posix.dirname(from), path) : from, anchor: anchor ?? null };
}
