import { readFileSync } from 'node:fs';

/** The operating-system account that a server runs as. Null, where it is used: the one we run as. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * Who runs the server when we are root, since PostgreSQL refuses to: `postgres` where there is one, otherwise
 * `nobody`, otherwise the first there is (initdb insists on an entry in /etc/passwd). Null when we are not root.
 */
export function unprivilegedAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  return (
    accounts.find(account => account.name === 'postgres') ??
    accounts.find(account => account.name === 'nobody') ??
    accounts.find(account => account.uid > 0) ??
    null
  );
}
