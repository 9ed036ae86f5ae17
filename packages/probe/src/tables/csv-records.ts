/**
 * The records of a text in CSV (RFC 4180), blank lines left out. A field that begins with a quote ends with one, and may
 * hold delimiters and ends of lines.
 * @param isWhole otherwise the last record, which may be cut, is left out
 * @returns where the record that was left out begins; else the end of the text
 */
export function* csvRecords(text: string, delimiter: string, isWhole: boolean): Generator<string[], number> {
  let fields: string[] = [];
  let at = 0;
  let begin = 0;
  while (at < text.length) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? endOfQuoted(text, at + 1) : at;
    const next = end < 0 ? text.length : endOfField(text, end, delimiter);
    if (next === text.length && !isWhole) return begin;
    fields.push(
      isQuoted
        ? text
            .slice(at + 1, next)
            .replace(/"\s*$/, '')
            .replaceAll('""', '"')
        : text.slice(at, next),
    );
    at = next + 1;
    if (text[next] === delimiter) {
      // A delimiter at the very end begins one more field.
      if (at === text.length && isWhole) fields.push('');
      else continue;
    }
    if (text[next] === '\r' && text[at] === '\n') at++;
    if (fields.length > 1 || fields[0] !== '' || isQuoted) yield fields;
    fields = [];
    begin = at;
  }
  if (fields.length > 0 && isWhole) yield fields;
  return fields.length > 0 && !isWhole ? begin : text.length;
}

/** Behind the quote that ends a field; -1: none does. */
function endOfQuoted(text: string, from: number): number {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) return -1;
    if (text[at + 1] !== '"') return at + 1;
  }
}

function endOfField(text: string, from: number, delimiter: string): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === delimiter || character === '\n' || character === '\r') return at;
  }
  return text.length;
}
