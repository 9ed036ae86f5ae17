import type { AuditAction, AuditCaller, AuditEntry } from '@mooring/contract';

/** An act, before it has its place in the chain. */
export interface NewEntry {
  at: Date;
  action: AuditAction;
  outcome: AuditEntry['outcome'];
  caller: AuditCaller;
  address: string | null;
  subjectId: string | null;
  assetIds: readonly string[];
  detail: AuditEntry['detail'];
}

/** Who acts, and from where. */
export interface By {
  caller: AuditCaller;
  /** Network address; null: this machine. */
  address: string | null;
}

/** A command on the machine of the installation. */
export const OPERATOR: By = {
  caller: { via: 'operator', id: null, name: null, sessionId: null },
  address: null,
};

/** Mooring itself. @param name what it does it for, or who has caused it */
export const byServer = (name: string | null): By => ({
  caller: { via: 'server', id: null, name, sessionId: null },
  address: null,
});
