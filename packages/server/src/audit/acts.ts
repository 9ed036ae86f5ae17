import { randomUUID } from 'node:crypto';
import type { Clock } from '@mooring/storage/server';
import type { Db, Trx } from '../catalogue/db.ts';
import { forNoCaller } from '../platform/database/caller-signal.ts';
import { appendEntries } from './append.ts';
import type { NewEntry } from './entry.ts';
import { createRefusals } from './refusals.ts';

/** Longer than any act lasts: one that is as old was begun by a server that died. */
const ABANDONED_MS = 15 * 60_000;
const AT_ONCE = 500;

/** What is known of an act before it is done. */
export type Act = Omit<NewEntry, 'at' | 'outcome' | 'assetIds'>;

/**
 * Writes down acts that change something. An act has many transactions of its own, so it is noted before it begins, and
 * the note becomes an entry when it has ended. A server that dies in between leaves the note.
 */
export function createActs({ db, clock }: { db: Db; clock: Clock }) {
  const toEntry = (act: Act, outcome: NewEntry['outcome']): NewEntry => ({
    ...act,
    at: clock.now(),
    outcome,
    assetIds: [],
  });

  const forget = (from: Db | Trx, id: string) =>
    from.deleteFrom('audit_begun').where('id', '=', id).execute();

  const record = (workspaceId: string, act: Act, outcome: NewEntry['outcome'] = 'done'): Promise<void> =>
    forNoCaller(() =>
      db.transaction().execute(trx => appendEntries(trx, workspaceId, [toEntry(act, outcome)])),
    );

  return {
    /** Notes that an act begins. Exactly one of the two functions is to be called when it has ended. */
    begin: (workspaceId: string, act: Act) =>
      forNoCaller(async () => {
        const id = randomUUID();
        await db
          .insertInto('audit_begun')
          .values({ id, workspace_id: workspaceId, begun_at: clock.now(), entry: JSON.stringify(act) })
          .execute();
        return {
          /** @param found what is known of it only now */
          ended: (outcome: NewEntry['outcome'], found: Partial<Act> = {}): Promise<void> =>
            forNoCaller(() =>
              db.transaction().execute(async trx => {
                await forget(trx, id);
                await appendEntries(trx, workspaceId, [toEntry({ ...act, ...found }, outcome)]);
              }),
            ),
          /** It was refused: nothing was done. */
          refused: (): Promise<void> => forNoCaller(async () => void (await forget(db, id))),
        };
      }),

    /** Writes down what is done already. */
    record,

    /** Writes down that an act was refused, because the caller may not do it. */
    recordRefusal: createRefusals(clock, (workspaceId, act) => record(workspaceId, act, 'refused')),

    /** Writes down the acts of servers that died. */
    async settle(signal: AbortSignal): Promise<void> {
      const before = new Date(clock.now().getTime() - ABANDONED_MS);
      for (let found = AT_ONCE; found === AT_ONCE && !signal.aborted; ) {
        found = await db.transaction().execute(async trx => {
          const rows = await trx
            .deleteFrom('audit_begun')
            .where('id', 'in', old =>
              old.selectFrom('audit_begun').select('id').where('begun_at', '<', before).limit(AT_ONCE),
            )
            .returning(['workspace_id', 'begun_at', 'entry'])
            .execute();
          for (const [workspaceId, group] of Map.groupBy(rows, row => row.workspace_id)) {
            const entries = group.map(row => ({ ...toEntry(row.entry as Act, 'unknown'), at: row.begun_at }));
            await appendEntries(trx, workspaceId, entries);
          }
          return rows.length;
        });
      }
    },
  };
}
