import { csvRecords } from './csv-records.ts';

export interface CsvDialect {
  delimiter: string;
  /** Names of the columns; null: the first line holds values. */
  header: string[] | null;
}

const DELIMITERS = [',', '\t', ';', '|'];
/** Records that are looked at. */
const MOST_RECORDS = 50;
/** Of these, so many have as many fields as the first. */
const LEAST_EVEN = 0.9;

/** Which delimiter makes a table of the beginning of a text, and whether its first line names the columns; null: none does. */
export function csvDialect(text: string, isWhole: boolean): CsvDialect | null {
  let best: string[][] | null = null;
  let width = 1;
  let delimiter = '';
  for (const candidate of DELIMITERS) {
    if (!text.includes(candidate)) continue;
    const records = firstRecords(text, candidate, isWhole);
    if (!isTable(records, candidate) || records[0]!.length <= width) continue;
    best = records;
    width = records[0]!.length;
    delimiter = candidate;
  }
  return best && { delimiter, header: isHeader(best) ? best[0]!.map(name => name.trim()) : null };
}

function firstRecords(text: string, delimiter: string, isWhole: boolean): string[][] {
  const records: string[][] = [];
  for (const record of csvRecords(text, delimiter, isWhole)) {
    records.push(record);
    if (records.length === MOST_RECORDS) break;
  }
  return records;
}

function isTable(records: string[][], delimiter: string): boolean {
  const width = records[0]?.length ?? 0;
  if (records.length < 2 || width < 2) return false;
  const even = records.filter(({ length }) => length === width);
  if (even.length < records.length * LEAST_EVEN) return false;
  // Lines of code and lists end in a delimiter; tables in Markdown begin with one, too.
  const isCode = even.every(record => record.at(-1)!.trim() === '') && (width === 2 || delimiter === '|');
  return !isCode && !isProse(records, delimiter);
}

/** Sentences and lines of logs have a comma here and there, and several words before and behind each. */
function isProse(records: string[][], delimiter: string): boolean {
  if (delimiter === '\t' || isHeader(records)) return false;
  const sentences = records.filter(fields => fields.every(field => /\S\s+\S/.test(field.slice(0, 200))));
  return sentences.length * 2 > records.length;
}

const isValue = (field: string): boolean =>
  field.trim() === '' || (field.length <= 40 && /^[\s+-]*[\d.,:/TZ%eE+-]*\d[\d.,:/TZ%eE+\s-]*$/.test(field));

/**
 * The first line names the columns where it has no empty field, no number and none twice, and no name comes back as a
 * value below.
 */
function isHeader(records: string[][]): boolean {
  const names = records[0]!.map(name => name.trim());
  if (names.some(name => name.length > 100 || isValue(name)) || new Set(names).size < names.length)
    return false;
  const below = records.slice(1);
  const isRepeated = names.some((name, i) => below.some(record => record[i]?.trim() === name));
  // Sentences are no names.
  return !isRepeated && names.every(name => name.split(/\s+/).length <= 6 && !/\s.*[.!?]$/.test(name));
}
