import type { ChangeCounts, ChangeSet } from './change-set.ts';
import { createChanges } from './change-set.ts';
import type { ObjectSequence } from './object-sequence.ts';
import { createOverlaid } from './overlaid.ts';
import { createStored, type Stored } from './stored.ts';
import { createSynthetic, type SyntheticOptions } from './synthetic.ts';

export interface VolumeContainer {
  readonly name: string;
  readonly objects: ObjectSequence;
  /** What was put into it. */
  readonly stored: Stored;
  /** Differs for each state of the container. */
  readonly version: string;
}

/** The containers of the account: computed ones, which can be changed as a whole, and ones that are empty at first. */
export function createContainers(synthetic: Record<string, SyntheticOptions>, now: () => Date) {
  const containers = new Map<string, VolumeContainer>();
  const add = (name: string, computed: ObjectSequence | null, stored: Stored, state: string) => {
    containers.set(name, {
      name,
      objects: computed ? createOverlaid(computed, stored) : stored.objects,
      stored,
      get version() {
        return `${state} ${stored.revision}`;
      },
    });
  };
  const required = (name: string): SyntheticOptions => {
    const options = synthetic[name];
    if (!options)
      throw new Error(`There is no computed container ${name}; there are ${Object.keys(synthetic)}.`);
    return options;
  };
  for (const [name, options] of Object.entries(synthetic)) {
    const computed = createSynthetic(options, null);
    add(name, computed, createStored(now, computed.order), '');
  }

  return {
    get: (name: string) => containers.get(name),

    /** @returns whether it was new. */
    create(name: string): boolean {
      if (containers.has(name)) return false;
      add(name, null, createStored(now), '');
      return true;
    },

    /**
     * Puts what is computed of a container into another state; null: as first made.
     * @returns how many objects differ from the first state
     */
    change(name: string, change: ChangeSet | null): ChangeCounts {
      const options = required(name);
      add(name, createSynthetic(options, change), containers.get(name)!.stored, JSON.stringify(change));
      return change ? createChanges(options.objects, change).counts : { added: 0, changed: 0, removed: 0 };
    },
  };
}
