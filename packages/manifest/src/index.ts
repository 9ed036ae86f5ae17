// Reads the files that register assets, in every format, as streams. Runs in Node and in browsers; sends nothing itself.
export * from './item.ts';
export * from './manifest-error.ts';
export * from './preview.ts';
export * from './read.ts';
export * from './reading.ts';
export { shownUrl } from './shown.ts';
export * from './warnings.ts';
export * from './write.ts';
