import { createRequire } from 'node:module';
import { parse as parseHcl } from '@cdktf/hcl2json';
import { Language, type Node, Parser } from 'web-tree-sitter';

const { resolve } = createRequire(import.meta.url);
await Parser.init();

export interface Parsed {
  /** Where the grammar does not hold, in words; empty where it does. */
  errors: string[];
  /** What every string literal stands for, in order. */
  strings: string[];
  /** The tree without the contents of literals and without comments: what the text does for any values. */
  shape: string;
}

interface Grammar {
  name: 'tree-sitter-powershell' | 'tree-sitter-bicep';
  literal: string;
  decode: (literal: string) => string;
}

async function parserOf({ name, literal, decode }: Grammar): Promise<(text: string) => Parsed> {
  const parser = new Parser();
  parser.setLanguage(await Language.load(resolve(`${name}/${name}.wasm`)));
  return text => {
    const parsed: Parsed = { errors: [], strings: [], shape: '' };
    const walk = (node: Node): string => {
      if (node.isError || node.isMissing) {
        parsed.errors.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 100)}`);
      }
      if (node.type === literal) {
        parsed.strings.push(decode(node.text));
        return literal;
      }
      const children = node.children.filter(child => child.type !== 'comment').map(walk);
      return children.length ? `(${node.type} ${children.join(' ')})` : node.type;
    };
    const tree = parser.parse(text)!;
    parsed.shape = walk(tree.rootNode);
    tree.delete();
    return parsed;
  };
}

/** https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules */
const parsePowershellGrammar = await parserOf({
  name: 'tree-sitter-powershell',
  literal: 'verbatim_string_characters',
  decode: literal => literal.slice(1, -1).replace(/(['\u2018\u2019\u201a\u201b])\1/g, '$1'),
});

/** A string with characters that cannot be seen is a sum in parentheses: here it stands for its value. */
const SUM = /' \+ \[char\]0x([0-9a-f]{4}) \+ '/g;
export const parsePowershell = (text: string): Parsed =>
  parsePowershellGrammar(
    text.replace(
      /\(('(?:[^'\u2018\u2019\u201a\u201b]|(['\u2018\u2019\u201a\u201b])\2)*'(?: \+ \[char\]0x[0-9a-f]{4} \+ '(?:[^'\u2018\u2019\u201a\u201b]|(['\u2018\u2019\u201a\u201b])\3)*')+)\)/g,
      (_, sum: string) =>
        sum.replace(SUM, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    ),
  );

const BICEP_ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", $: '$' };
const parseBicepGrammar = await parserOf({
  name: 'tree-sitter-bicep',
  literal: 'string',
  decode: literal =>
    literal
      .slice(1, -1)
      .replace(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_, code: string, char: string) =>
        code ? String.fromCodePoint(Number.parseInt(code, 16)) : BICEP_ESCAPES[char]!,
      ),
});
/**
 * The grammar does not know `extension`, which takes one string; and it takes `//` for a comment where a string, or
 * what follows an escape, begins with it.
 */
export const parseBicep = (text: string): Parsed =>
  parseBicepGrammar(
    text
      .replace(/^extension '[\w.:/-]+'$/m, '')
      .replace(/'(?:\\.|[^'\\\n])*'/g, literal => literal.replace(/\/(?=\/)/g, '\\u{2f}')),
  );

/** As JSON, in which an expression stands as `${…}`. */
export const parseTerraform = (text: string): Promise<Record<string, unknown>> => parseHcl('main.tf', text);
