import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/** The whole database, with Mooring's tables. */
export type Db = Kysely<Schema>;
/** A transaction on it; what takes one writes only inside it. */
export type Trx = Transaction<Schema>;
