import type { Db } from '../catalogue/db.ts';
import type { KeyRing } from '../platform/key-ring.ts';
import type { Logger } from '../platform/log.ts';
import type { Session } from '../platform/session.ts';
import { readSealingKeyId } from './key-check.ts';
import type { KeyHolderReport } from './key-holders.ts';

/** On which processes hear that their source of keys may have changed, or that another key seals. */
export const KEYS_CHANNEL = 'mooring_keys';
const EVERY_MS = 5000;

/**
 * Keeps the keys of a running process as the installation has them: reads their source again when it is told to, seals
 * with the key that the database says, and reports both.
 */
export function watchKeys(deps: {
  db: Db;
  session: Session;
  ring: KeyRing;
  holder: KeyHolderReport;
  log: Logger;
}): { stop(): Promise<void> } {
  const { db, session, ring, holder, log } = deps;
  let turn: Promise<void> = Promise.resolve();

  async function look(isTold: boolean): Promise<void> {
    const before = ring.keys[0];
    const keyId = await readSealingKeyId(db);
    const isUnknown = keyId !== null && !ring.sealWith(keyId);
    if (isTold || isUnknown) {
      await ring
        .refresh()
        .catch(error => log.warn({ err: error }, 'the secret keys could not be read again'));
      if (keyId !== null && !ring.sealWith(keyId))
        log.error({ keyId, from: ring.from }, 'this process does not have the secret key that seals');
    }
    if (!before.id.equals(ring.keys[0].id)) log.info({ keyId }, 'another secret key seals from now on');
    await holder.report(db);
  }

  const inTurn = (isTold: boolean): void => {
    turn = turn
      .then(() => look(isTold))
      .catch(error => log.warn({ err: error }, 'the secret keys could not be looked at'));
  };
  const timer = setInterval(() => inTurn(false), EVERY_MS);
  const deaf = session.listen(KEYS_CHANNEL, () => inTurn(true));

  return {
    async stop() {
      clearInterval(timer);
      deaf();
      await turn;
    },
  };
}
