// What is pure of all storage kinds: it sends nothing and reads no files, so browsers load it too.
export type { BrowserAdvice, BrowserCircumstances } from './browser/blame.ts';
export { judgeBrowser } from './browser/verdict.ts';
export * from './form.ts';
export type * from './kind.ts';
export * from './quote.ts';
export { readFields } from './read-fields.ts';
export * from './secrets.ts';
export { joinSetup } from './setup-file.ts';
