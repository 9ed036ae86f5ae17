// Pages of objects, and nothing else: for threads that only read listings, where every module costs memory.
export { ProviderError } from './errors.ts';
export {
  isQuoted,
  keptEnd,
  MOST_KEY_CHARS,
  NO_WORD,
  readDigits,
  TextCollector,
  Words,
} from './listing/page-texts.ts';
export { unreadable, unreadableAs } from './listing/unreadable.ts';
export { XmlScanner } from './listing/xml-scanner.ts';
export { decodeXmlText } from './listing/xml-text.ts';
export {
  buffersOf,
  type ColumnData,
  ColumnWriter,
  emptyRow,
  ObjectColumns,
  type ObjectRow,
} from './object-columns.ts';
export { ObjectList } from './object-list.ts';
export type { ListPage, StorageObject } from './provider.ts';
