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
 * Keeps the keys of a running process as the installation has them: reads their source again after each message on the
 * channel, seals with the key that the database says, and reports both.
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
  let isDue = false;
  let mustRead = false;

  async function look(): Promise<void> {
    const isAsked = mustRead;
    isDue = false;
    mustRead = false;
    const before = ring.keys[0];
    const keyId = await readSealingKeyId(db);
    const isUnknown = keyId !== null && !ring.sealWith(keyId);
    if (isAsked || isUnknown) {
      await ring
        .refresh()
        .catch(error => log.warn({ err: error }, 'the secret keys could not be read again'));
      if (keyId !== null && !ring.sealWith(keyId))
        log.error({ keyId, from: ring.from }, 'this process does not have the secret key that seals');
    }
    if (!before.id.equals(ring.keys[0].id)) log.info({ keyId }, 'another secret key seals from now on');
    await holder.report(db);
  }

  /** One look after the other. However many messages come during one, one more is enough. */
  function lookSoon(): void {
    if (isDue) return;
    isDue = true;
    turn = turn.then(look).catch(error => log.warn({ err: error }, 'the secret keys could not be looked at'));
  }
  const timer = setInterval(lookSoon, EVERY_MS);
  const deaf = session.listen(KEYS_CHANNEL, () => {
    mustRead = true;
    lookSoon();
  });

  return {
    async stop() {
      clearInterval(timer);
      deaf();
      await turn;
    },
  };
}
