// What is pure of this kind: it sends nothing and reads no files, so browsers load it too.
export * from './browser-advice.ts';
export { azure } from './kind/index.ts';
export { isGuid, isTenant } from './kind/judges.ts';
export * from './location.ts';
export * from './names.ts';
export * from './problems.ts';
export * from './sas/judge.ts';
export * from './sas/sas.ts';
export * from './schemas.ts';
export * from './secrets.ts';
export * from './setup/index.ts';
