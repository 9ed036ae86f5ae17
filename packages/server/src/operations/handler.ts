import type { Operation, OperationKind, OperationOf } from '@mooring/contract';
import type { Trx } from '../catalogue/db.ts';

/** The handler of one kind of operation; of any kind, where none is named. */
export type OperationHandler<K extends OperationKind = OperationKind> = { [P in K]: HandlerOf<P> }[K];

/** Does the work of one kind of operation. To add a kind, write one of these and list it in main.ts. */
interface HandlerOf<K extends OperationKind> {
  kind: K;
  /**
   * Runs until the work is complete, then returns; the operation has then succeeded. It is called again, with the
   * checkpoint saved last, after a crash, a restart and a retryable failure. So everything it does outside a
   * transaction that calls `save` may happen twice.
   *
   * @throws anything. A retryable `ProviderError` and a lost database connection are retried with back-off; the
   * reason of `run.signal` may be thrown as it is; every other error ends the operation as failed.
   */
  run(run: OperationRun<K>): Promise<void>;
  /** Called in the transaction that ends the operation as failed. */
  failed?(
    trx: Trx,
    operation: Pick<OperationRun<K>, 'workspaceId' | 'operationId' | 'subject'>,
    problem: NonNullable<Operation['problem']>,
  ): Promise<void>;
}

/** How a worker assists with operations of one kind that other workers run. */
export interface Assistance {
  kind: OperationKind;
  /** Operations under way in which there is something for another worker to do. */
  find(): Promise<{ workspaceId: string; operationId: string }[]>;
  /** Assists until there is nothing left to do. What it throws is logged; the operation is not its own to end. */
  run(run: AssistanceRun): Promise<void>;
}

/** One worker's part in an operation that another one runs. */
export interface AssistanceRun {
  readonly workspaceId: string;
  readonly operationId: string;
  readonly subject: Operation['subject'];
  readonly options: unknown;
  /** As the operation saved it last. */
  readonly checkpoint: unknown;
  /** The name of a lock that is held for as long as this assistance lasts. */
  readonly lockName: string;
  /** Aborts when the operation no longer runs, the lock is lost, and on shutdown. */
  readonly signal: AbortSignal;
  addErrors(trx: Trx, errors: readonly ItemError[]): Promise<void>;
}

/** One take-up of an operation by one worker. */
export interface OperationRun<K extends OperationKind = OperationKind> {
  readonly workspaceId: string;
  readonly operationId: string;
  readonly subject: OperationOf<K>['subject'];
  /** What was asked for when it was started, beyond kind and subject; null: nothing. */
  readonly options: unknown;
  /** How far it has come, as last saved: null at the first start. */
  readonly checkpoint: unknown;
  /** Aborts on cancel, when another worker has taken over, and on shutdown; see interruption.ts for the reasons. */
  readonly signal: AbortSignal;
  /**
   * Writes progress and checkpoint inside the caller's transaction, so that they commit together with the work
   * they stand for or not at all. Call it first: it locks the operation's row until the transaction ends.
   *
   * @throws Cancelled, Paused, LeaseLost where this run may not write any more; let it roll the transaction back.
   */
  save(trx: Trx, state: RunState<K>): Promise<void>;
  /** Appends to the operation's errors. All are counted; the first 10,000 are kept. Throws as `save` does. */
  addErrors(trx: Trx, errors: readonly ItemError[]): Promise<void>;
}

/** What is left out stays as it was. Counts are whole numbers of the operation's unit. */
export interface RunState<K extends OperationKind = OperationKind> {
  done?: number;
  /** Null while it is not known. */
  total?: number | null;
  counts?: NonNullable<OperationOf<K>['counts']>;
  /** What it found, where that is more than counts. */
  report?: NonNullable<OperationOf<K>['report']>;
  /** Any object that JSON can hold. */
  checkpoint?: object;
}

/** What went wrong with one item, for the person who started the operation. Carries no secrets. */
export interface ItemError {
  item: string;
  code: string;
  message: string;
  fix?: string | undefined;
}
