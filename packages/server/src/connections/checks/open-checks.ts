import type { CheckDefinition } from '@mooring/storage/server';
import type { ProviderFactory } from '../opening/provider-factory.ts';
import type { ProofRecord } from '../ownership/proof-record.ts';
import type { LinkedRow } from '../rows/row.ts';

/** The checks of a connection with a provider of their own, to be closed after use. */
export type OpenChecks = (row: LinkedRow) => {
  checks: readonly CheckDefinition[];
  close: () => Promise<void>;
};

/** A proof of ownership is recorded as soon as it is found: the checks behind it may be long, and the use waits. */
export const createOpenChecks =
  ({ providers, proofs }: { providers: Pick<ProviderFactory, 'checks'>; proofs: ProofRecord }): OpenChecks =>
  row =>
    providers.checks(row, { proven: by => proofs.proven(row, by), lost: () => proofs.lost(row) });
