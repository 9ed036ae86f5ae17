import type { JsonValue } from '../item.ts';

/** How many members the objects of a value have, with those inside. */
export function countKeys(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) if (typeof element === 'object') count += countKeys(element);
    return count;
  }
  // Of parsed JSON all keys are its own.
  for (const key in value) {
    count++;
    const member = value[key]!;
    if (typeof member === 'object') count += countKeys(member);
  }
  return count;
}

const TOKEN = /["{}[\],:]/g;

interface Open {
  isObject: boolean;
  /** Where the value of each key stands in the text. */
  values: Map<string, string>;
  key: string | null;
  begin: number;
}

/**
 * The first key that an object has twice, preferably with two different values. `JSON.parse` would take the last one.
 * @param text valid JSON
 */
export function duplicateKey(text: string): { key: string; isSame: boolean } | null {
  const stack: Open[] = [];
  let same: { key: string; isSame: boolean } | null = null;
  let lastString = '';
  const tokens = new RegExp(TOKEN);
  for (let found = tokens.exec(text); found; found = tokens.exec(text)) {
    const { 0: token, index } = found;
    const open = stack.at(-1);
    if (token === '{' || token === '[')
      stack.push({ isObject: token === '{', values: new Map(), key: null, begin: 0 });
    else if (token === ':' && open) {
      open.key = JSON.parse(lastString);
      open.begin = index + 1;
    } else if (token === ',' || token === '}' || token === ']') {
      if (open?.isObject && open.key !== null) {
        const value = text.slice(open.begin, index).trim();
        const before = open.values.get(open.key);
        if (before !== undefined && before !== value) return { key: open.key, isSame: false };
        if (before !== undefined) same = { key: open.key, isSame: true };
        open.values.set(open.key, value);
        open.key = null;
      }
      if (token !== ',') stack.pop();
    } else if (token === '"') {
      tokens.lastIndex = endOfString(text, index + 1);
      lastString = text.slice(index, tokens.lastIndex);
    }
  }
  return same;
}

/** Behind the quote that ends a text. A pattern for the whole text runs out of stack where the text is long. */
function endOfString(text: string, from: number): number {
  for (let at = from; ; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"' || at >= text.length) return at + 1;
  }
}
