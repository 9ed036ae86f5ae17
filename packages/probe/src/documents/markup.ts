import type { Format } from '../format.ts';
import { HEAD_BYTES } from '../range-reader.ts';
import { readTextFacts } from './text.ts';
import { textHead } from './text-head.ts';

/** The first element of a document in HTML or XML. */
interface Root {
  /** Lowercase, without prefix. */
  name: string;
  /** The tag, with its attributes. */
  tag: string;
  isXml: boolean;
}

/** Elements with which a page may begin (MIME Sniffing Standard, 7.1). */
const BEGINS_HTML = new Set('html head script iframe h1 div font table a style title b body br p'.split(' '));

export const SVG: Format = {
  id: 'svg',
  mediaType: 'image/svg+xml',
  kind: 'image',
  extensions: ['svg'],
  recognises: (head, sizeBytes) => rootOf(head, sizeBytes)?.name === 'svg',
  async read(reader) {
    const { tag } = rootOf(await reader.upTo(0, HEAD_BYTES), reader.sizeBytes)!;
    const box = attribute(tag, 'viewBox')
      ?.trim()
      .split(/[\s,]+/)
      .map(Number);
    return {
      facts: {
        width: pixels(attribute(tag, 'width')) ?? pixels(box?.[2]),
        height: pixels(attribute(tag, 'height')) ?? pixels(box?.[3]),
      },
    };
  },
};

export const HTML: Format = {
  id: 'html',
  mediaType: 'text/html',
  kind: 'text',
  extensions: ['html', 'htm', 'xhtml'],
  recognises(head, sizeBytes) {
    const root = rootOf(head, sizeBytes);
    return root !== null && (root.isXml ? root.name === 'html' : BEGINS_HTML.has(root.name));
  },
  read: readTextFacts,
};

export const XML: Format = {
  id: 'xml',
  mediaType: 'application/xml',
  kind: 'text',
  extensions: ['xml'],
  recognises: (head, sizeBytes) => rootOf(head, sizeBytes)?.isXml ?? false,
  read: readTextFacts,
};

const known = new WeakMap<Uint8Array, Root | null>();

function rootOf(head: Uint8Array, sizeBytes: number): Root | null {
  let root = known.get(head);
  if (root === undefined) {
    root = findRoot(textHead(head, sizeBytes)?.text ?? '');
    known.set(head, root);
  }
  return root;
}

/** Steps over declarations, comments and the type of the document. */
function findRoot(text: string): Root | null {
  let isXml = false;
  for (let at = 0; ; ) {
    while (/\s/.test(text.charAt(at))) at++;
    if (text[at] !== '<') return null;
    const [end, length] = text.startsWith('<!--', at)
      ? [text.indexOf('-->', at), 3]
      : text.startsWith('<?', at)
        ? [text.indexOf('?>', at), 2]
        : text[at + 1] === '!'
          ? [endOfDocumentType(text, at), 1]
          : [null, 0];
    if (end === null) return elementAt(text, at, isXml);
    if (/^<!doctype\s+html[\s>]/i.test(text.slice(at, at + 32))) return { name: 'html', tag: '', isXml };
    if (end < 0) return null;
    isXml ||= text.startsWith('<?xml', at);
    at = end + length;
  }
}

/** It may hold declarations between brackets. */
function endOfDocumentType(text: string, at: number): number {
  const end = text.indexOf('>', at);
  if (end < 0 || !text.slice(at, end).includes('[')) return end;
  const close = text.indexOf(']', at);
  return close < 0 ? -1 : text.indexOf('>', close);
}

function elementAt(text: string, at: number, isXml: boolean): Root | null {
  const tag = text.slice(at, at + 4096).split('>', 1)[0]!;
  const name = /^<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)/.exec(tag)?.[1]?.toLowerCase();
  return name ? { name, tag, isXml: isXml || /\sxmlns(:[\w.-]+)?\s*=/.test(tag) } : null;
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(tag)
    ?.slice(1)
    .find(value => value !== undefined);

/** Lengths in pixels; those in other units say nothing of pixels. */
function pixels(length: string | number | undefined): number | null {
  const [, number] = /^\s*([\d.]+)(?:px)?\s*$/.exec(String(length)) ?? [];
  const value = Math.round(Number(number));
  return value > 0 && Number.isSafeInteger(value) ? value : null;
}
