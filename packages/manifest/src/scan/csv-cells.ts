/** The cells of one record of CSV (RFC 4180), without its end. Quotes inside a cell that is not quoted are kept. */
export function csvCells(record: string, delimiter: string): string[] {
  if (!record.includes('"')) return record.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = record[at] === '"';
    const from = isQuoted ? endOfQuoted(record, at + 1) : at;
    const found = record.indexOf(delimiter, from);
    const end = found < 0 ? record.length : found;
    cells.push(
      isQuoted
        ? record.slice(at + 1, from - 1).replaceAll('""', '"') + record.slice(from, end)
        : record.slice(at, end),
    );
    if (found < 0) return cells;
    at = end + 1;
  }
}

/** Behind the quote that closes a cell; the end of the record where none does. */
function endOfQuoted(record: string, from: number): number {
  for (let at = from; ; at += 2) {
    at = record.indexOf('"', at);
    if (at < 0) return record.length + 1;
    if (record[at + 1] !== '"') return at + 1;
  }
}

/** The one of comma, semicolon and tab that the heading line has most of; a comma where it has none. */
export function delimiterOf(heading: string): string {
  const plain = heading.replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => plain.split(delimiter).length;
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0]!;
}
