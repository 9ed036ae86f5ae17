// Reads the files that register assets, in every format, as streams. Runs in Node and in browsers; sends nothing itself.
export * from './item.ts';
export * from './reading.ts';
