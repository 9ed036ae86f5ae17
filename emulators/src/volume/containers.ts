import type { ChangeCounts, ChangeSet } from './change-set.ts';
import { createChanges } from './change-set.ts';
import type { ObjectSequence } from './object-sequence.ts';
import { createStored, type Stored } from './stored.ts';
import { createSynthetic, type SyntheticOptions } from './synthetic.ts';

export interface VolumeContainer {
  readonly name: string;
  readonly objects: ObjectSequence;
  /** What can be written to; null where the container is computed. */
  readonly stored: Stored | null;
  /** Differs for each state of a computed container; null where pages may not be kept. */
  readonly version: string | null;
}

/** The containers of the account: computed ones, which can be changed as a whole, and ones that hold what is put. */
export function createContainers(synthetic: Record<string, SyntheticOptions>, now: () => Date) {
  const containers = new Map<string, VolumeContainer>();
  const compute = (name: string, change: ChangeSet | null) => {
    const objects = createSynthetic(required(name), change);
    containers.set(name, { name, objects, stored: null, version: JSON.stringify(change) });
  };
  const required = (name: string): SyntheticOptions => {
    const options = synthetic[name];
    if (!options)
      throw new Error(`There is no computed container ${name}; there are ${Object.keys(synthetic)}.`);
    return options;
  };
  for (const name of Object.keys(synthetic)) compute(name, null);

  return {
    get: (name: string) => containers.get(name),

    /** @returns whether it was new. */
    create(name: string): boolean {
      if (containers.has(name)) return false;
      const stored = createStored(now);
      containers.set(name, { name, objects: stored.objects, stored, version: null });
      return true;
    },

    /**
     * Puts a computed container into another state; null: as first made.
     * @returns how many objects differ from the first state
     */
    change(name: string, change: ChangeSet | null): ChangeCounts {
      compute(name, change);
      return change
        ? createChanges(required(name).objects, change).counts
        : { added: 0, changed: 0, removed: 0 };
    },
  };
}
