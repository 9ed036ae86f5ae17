// What is pure of this kind: it sends nothing and reads no files, so browsers load it too.
export { azure } from './kind/index.ts';
export { AZURE_PROBLEMS } from './problems.ts';
export type { AzureCredentialInput, SasSummary } from './schemas.ts';
