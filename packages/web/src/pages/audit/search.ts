import { AUDIT_ACTIONS, type AuditAction, type AuditFilter } from '@mooring/contract';

/** Which entries are shown, as the address has it. */
export interface AuditSearch {
  /** Days, such as `2026-11-22`; both are included. In UTC, as the entries are. */
  from?: string;
  to?: string;
  caller?: string;
  action?: AuditAction;
  asset?: string;
}

const DAY_MS = 86_400_000;

/** Reads the address leniently: what makes no sense is left out. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const matching = (name: string, pattern: RegExp): string | undefined => {
    const text = typeof search[name] === 'string' ? search[name].trim() : '';
    return pattern.test(text) ? text : undefined;
  };
  const day = (name: string) => {
    const text = matching(name, /^\d{4}-\d\d-\d\d$/);
    return text && !Number.isNaN(Date.parse(text)) ? text : undefined;
  };
  const [from, to] = [day('from'), day('to')];
  const caller = matching('caller', /^(mem|tok)_\w{20}$/);
  const asset = matching('asset', /^ast_\w{20}$/);
  const action = AUDIT_ACTIONS.find(known => known === search.action);
  return {
    ...(from && { from }),
    ...(to && { to }),
    ...(caller && { caller }),
    ...(action && { action }),
    ...(asset && { asset }),
  };
}

/** The same as the API's filter. */
export const filterOf = ({ from, to, caller, action, asset }: AuditSearch): AuditFilter => ({
  ...(from && { from: new Date(from).toISOString() }),
  ...(to && { to: new Date(Date.parse(to) + DAY_MS).toISOString() }),
  ...(caller && { callerId: caller }),
  ...(action && { action }),
  ...(asset && { assetId: asset }),
});
