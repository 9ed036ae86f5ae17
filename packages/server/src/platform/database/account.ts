import { readFileSync } from 'node:fs';

/** The operating-system account that a server runs as. Null, where it is used: the one we run as. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** `postgres` where there is one, otherwise `nobody`: PostgreSQL refuses to run as root. Null when we are not root. */
export function unprivilegedAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  return (
    accounts.find(account => account.name === 'postgres') ??
    accounts.find(account => account.name === 'nobody') ?? { name: 'uid 65534', uid: 65534, gid: 65534 }
  );
}
