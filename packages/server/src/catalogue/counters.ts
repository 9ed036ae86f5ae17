import type { AssetKind } from '@mooring/contract';
import { sql } from 'kysely';
import type { Trx } from './db.ts';
import { upTo } from './key.ts';
import type { LockedSource } from './source-lock.ts';

interface Change {
  directory: string;
  kind: AssetKind;
  directAssets: number;
  directBytes: bigint;
  totalAssets: number;
  totalBytes: bigint;
}

/** How counts change, gathered in memory to be written once. Only present assets count. */
export class CounterChanges {
  readonly #direct = new Map<string, Change>();
  /** Neighbours are mostly of one directory and kind. */
  #latest: Change | null = null;

  /** The directories whose folders change themselves; those above them change with them. */
  directories(): Set<string> {
    return new Set(this.#direct.values().map(change => change.directory));
  }

  /** Counts assets of a kind in a directory: `assets` of them, `bytes` in all; negative takes them away. */
  add(directory: string, kind: AssetKind, assets: number, bytes: number): void {
    let change = this.#latest;
    if (change?.directory !== directory || change.kind !== kind)
      change = this.#latest = at(this.#direct, directory, kind);
    change.directAssets += assets;
    change.directBytes += BigInt(bytes);
  }

  /** Writes them. `folders` names the folder of each directory and of all above it. */
  async write(trx: Trx, source: LockedSource, folders: ReadonlyMap<string, string>): Promise<void> {
    const changes = [...this.#withTotals(source.directory).values()].filter(isChange);
    if (changes.length === 0) return;
    const column = (of: (change: Change) => string | number | bigint) =>
      changes.map(change => String(of(change)));
    await sql`
      insert into folder_counters
        (workspace_id, folder_id, kind, direct_assets, direct_bytes, total_assets, total_bytes)
      select ${source.workspaceId}, n.* from unnest(
        ${column(change => folders.get(change.directory)!)}::text[], ${column(change => change.kind)}::text[],
        ${column(change => change.directAssets)}::int8[], ${column(change => change.directBytes)}::numeric[],
        ${column(change => change.totalAssets)}::int8[], ${column(change => change.totalBytes)}::numeric[]
      ) as n
      on conflict (workspace_id, folder_id, kind) do update set
        direct_assets = folder_counters.direct_assets + excluded.direct_assets,
        direct_bytes = folder_counters.direct_bytes + excluded.direct_bytes,
        total_assets = folder_counters.total_assets + excluded.total_assets,
        total_bytes = folder_counters.total_bytes + excluded.total_bytes`.execute(trx);
  }

  #withTotals(top: string): Map<string, Change> {
    const all = new Map(this.#direct.entries().map(([id, change]) => [id, { ...change }]));
    for (const { directory, kind, directAssets, directBytes } of this.#direct.values()) {
      for (const above of upTo(top, directory)) {
        const change = at(all, above, kind);
        change.totalAssets += directAssets;
        change.totalBytes += directBytes;
      }
    }
    return all;
  }
}

function at(changes: Map<string, Change>, directory: string, kind: AssetKind): Change {
  const id = `${kind} ${directory}`;
  let change = changes.get(id);
  if (!change) {
    change = { directory, kind, directAssets: 0, directBytes: 0n, totalAssets: 0, totalBytes: 0n };
    changes.set(id, change);
  }
  return change;
}

const isChange = (change: Change): boolean =>
  change.directAssets !== 0 ||
  change.directBytes !== 0n ||
  change.totalAssets !== 0 ||
  change.totalBytes !== 0n;
