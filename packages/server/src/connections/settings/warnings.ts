import { type ConnectionWarning, type Credential, listWords, type SasSummary } from '@mooring/contract';

const DAY_MS = 86_400_000;
/** Days before a credential ends at which it is told. */
const THRESHOLD_DAYS = [30, 7, 1] as const;

/** A part of a credential with an end that Mooring can see. */
export interface Expiry {
  which: 'main' | 'delivery';
  what: 'SAS token' | 'delivery token' | 'certificate';
  at: Date;
}

/** The ends that can be seen of a credential. Azure tells nobody when a client secret ends. */
export function expiriesOf(credential: Credential): Expiry[] {
  const of = (which: Expiry['which'], what: Expiry['what'], at: string | null | undefined): Expiry[] =>
    at ? [{ which, what, at: new Date(at) }] : [];
  if (credential.kind === 'azure-app-certificate') return of('main', 'certificate', credential.expiresAt);
  if (credential.kind !== 'azure-sas') return [];
  return [
    ...of('main', 'SAS token', credential.sas.expiresAt),
    ...of('delivery', 'delivery token', credential.deliverySas?.expiresAt),
  ];
}

/** Whole days until then; less than one counts as 0. */
export const daysUntil = (at: Date, now: Date): number =>
  Math.max(0, Math.floor((at.getTime() - now.getTime()) / DAY_MS));

/** The nearest threshold that has been reached: 30, 7 or 1; null while it is further off, and once it has ended. */
export function thresholdOf(at: Date, now: Date): number | null {
  const left = at.getTime() - now.getTime();
  if (left <= 0) return null;
  return THRESHOLD_DAYS.findLast(days => left <= days * DAY_MS) ?? null;
}

/** What will need attention. @param writes whether Mooring is to write renditions */
export const warningsOf = (credential: Credential, writes: boolean, now: Date): ConnectionWarning[] => [
  ...expiriesOf(credential).flatMap(expiry => expiryWarning(expiry, now)),
  ...(credential.kind === 'azure-sas' ? broadWarning(credential.sas, writes) : []),
];

/** What to say of a credential that ends within 30 days, or has ended. */
export function expiryWarning({ which, what, at }: Expiry, now: Date): ConnectionWarning[] {
  const ended = at <= now;
  if (!ended && thresholdOf(at, now) === null) return [];
  const day = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const lost = which === 'main' ? 'nothing of this connection works' : 'browsers can load nothing directly';
  const code =
    which === 'delivery'
      ? 'delivery_credential_expires'
      : ended
        ? 'credential_expired'
        : 'credential_expires';
  return [
    {
      code,
      message: ended
        ? `The ${what} ended at ${day}: ${lost} until it is replaced.`
        : `The ${what} ends ${inDays(daysUntil(at, now))}, at ${day}. After that ${lost}.`,
      fix: `Make a new ${what} and replace this one on the page of the connection. The old one works until then.`,
      at: at.toISOString(),
    },
  ];
}

const inDays = (days: number): string => {
  if (days === 0) return 'within a day';
  return days === 1 ? 'in 1 day' : `in ${days} days`;
};

const PERMISSIONS: Record<string, string> = {
  w: 'write',
  d: 'delete',
  y: 'delete for good',
  x: 'delete versions',
  a: 'append',
  c: 'create',
  u: 'update',
  p: 'process messages',
  m: 'move',
  e: 'execute',
  o: 'change owners',
  i: 'change immutability policies',
};

/** More than Mooring needs is more than can be lost. Reading tags and the like is no harm. */
function broadWarning({ permissions }: SasSummary, writes: boolean): ConnectionWarning[] {
  const needed = writes ? 'rlcw' : 'rl';
  const extra = Array.from(permissions, letter =>
    needed.includes(letter) ? undefined : PERMISSIONS[letter],
  );
  const words = extra.filter(word => word !== undefined);
  if (words.length === 0) return [];
  return [
    {
      code: 'too_broad',
      message: `The SAS token may also ${listWords(words)} (sp=${permissions}); Mooring needs no more than sp=${needed}.`,
      fix: `Make a token with the permissions ${writes ? 'Read, List, Create and Write' : 'Read and List'}, and replace this one.`,
      at: null,
    },
  ];
}
