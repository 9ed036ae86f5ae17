import type { Scope } from '@mooring/contract';

/** What each scope allows. */
export const SCOPE_WORDS: Record<Scope, string> = {
  read: 'Read: see everything and open assets',
  write: 'Write: also add sources, sync and cancel',
  admin: 'Admin: also manage connections and tokens',
};
