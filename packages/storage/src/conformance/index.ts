// One suite for the providers of all kinds, run by each kind's own tests.
export { ORIGIN, type PlainOutcomes, runChecks } from './checks.ts';
export { describeProvider } from './describe-provider.ts';
export { listAll } from './list.ts';
export type { ProviderUnderTest } from './provider-under-test.ts';
export { RENDITION_PREFIX } from './write.ts';
