// Pages of objects, and nothing else: for threads that only read listings, where every module costs memory.
export { ProviderError } from './errors.ts';
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
