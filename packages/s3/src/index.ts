// What is pure of this kind: it sends nothing and reads no files, so browsers load it too.
export { s3 } from './kind/index.ts';
