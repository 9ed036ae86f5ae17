import { CHECKS, type Check, type CheckId } from '@mooring/contract';

/** One check as both sides see it. */
export interface CheckRowSides {
  id: CheckId;
  title: string;
  server: Check | null;
  browser: Check | null;
}

/** A row for each check, in the order of the contract. */
export function toRows(checks: readonly Check[]): CheckRowSides[] {
  const find = (id: CheckId, side: Check['side']) =>
    checks.find(check => check.id === id && check.side === side) ?? null;
  return (Object.keys(CHECKS) as CheckId[])
    .map(id => ({ id, title: CHECKS[id], server: find(id, 'server'), browser: find(id, 'browser') }))
    .filter(({ server, browser }) => server ?? browser);
}

export const sidesOf = ({ server, browser }: CheckRowSides): Check[] =>
  [server, browser].filter(check => check !== null);
