const TOKEN =
  /[ \t\r\n]*(?:([[{])|([\]}])|([,:])|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|("))/y;

/** Where a JSON value ends; `cut`: the text ends in it; `broken`: it is no JSON. */
export type JsonEnd = number | 'cut' | 'broken';

/**
 * Looks over one JSON value that begins at `from`, without making anything of it: nesting costs a character a level.
 */
export function endOfJson(text: string, from: number): JsonEnd {
  const open: string[] = [];
  /** What may come next. */
  let expects: 'value' | 'key' | 'colon' | 'end' = 'value';
  let mayClose = false;
  for (TOKEN.lastIndex = from; ; ) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    if (!token) return isCut(text, at) ? 'cut' : 'broken';
    const [, opens, closes, separator, , quote] = token;
    if (closes) {
      const isRight = open.pop() === (closes === ']' ? '[' : '{');
      if (!isRight || !(expects === 'end' || mayClose)) return 'broken';
      expects = 'end';
    } else if (separator) {
      if (separator === ':' ? expects !== 'colon' : expects !== 'end' || open.length === 0) return 'broken';
      expects = separator === ',' && open.at(-1) === '{' ? 'key' : 'value';
    } else if (expects !== 'value' && !(expects === 'key' && quote)) return 'broken';
    else if (opens) {
      open.push(opens);
      expects = opens === '{' ? 'key' : 'value';
    } else {
      if (quote) {
        const end = endOfString(text, TOKEN.lastIndex);
        if (end < 0) return 'cut';
        TOKEN.lastIndex = end;
      }
      expects = expects === 'key' ? 'colon' : 'end';
    }
    mayClose = opens !== undefined;
    if (expects === 'end' && open.length === 0) return TOKEN.lastIndex;
  }
}

function endOfString(text: string, from: number): number {
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return -1;
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\' && quote - 1 - slashes >= from) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

/** Whether only the rest of a number or a word is missing, or all of what comes next. */
const isCut = (text: string, at: number): boolean =>
  /^(?:-?[\d.eE+-]{0,400}|t|tr|tru|f|fa|fal|fals|n|nu|nul)$/.test(text.slice(at).trimStart());
