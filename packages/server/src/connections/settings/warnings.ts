import type { ConnectionWarning, Credential } from '@mooring/contract';
import type { Expiry, StorageKind } from '@mooring/storage';

const DAY_MS = 86_400_000;
/** Days before a credential ends at which it is announced. */
const THRESHOLD_DAYS = [30, 7, 1] as const;

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
export const warningsOf = (
  { credentials }: StorageKind,
  credential: Credential,
  writes: boolean,
  now: Date,
): ConnectionWarning[] => [
  ...credentials.expiries(credential).flatMap(expiry => expiryWarning(expiry, now)),
  ...credentials.warnings(credential, writes),
];

/** What to say of a credential that ends within 30 days, or has ended. */
export function expiryWarning({ which, what, at }: Expiry, now: Date): ConnectionWarning[] {
  const ended = at <= now;
  if (!ended && thresholdOf(at, now) === null) return [];
  const day = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const lost = which === 'main' ? 'this connection does not work' : 'browsers can load nothing directly';
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

/** What to say where the first of a connection's registered URLs ends within 30 days, or has ended. */
export function urlWarning(at: Date | null, now: Date): ConnectionWarning[] {
  if (!at || (at > now && thresholdOf(at, now) === null)) return [];
  const day = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [
    {
      code: at <= now ? 'credential_expired' : 'credential_expires',
      message:
        at <= now
          ? `Registered URLs have ended, the first at ${day}: their files do not open.`
          : `The first registered URL ends ${inDays(daysUntil(at, now))}, at ${day}. After that its file does not open.`,
      fix: 'Register a list with new URLs of the same files: they take the place of the old ones.',
      at: at.toISOString(),
    },
  ];
}

const inDays = (days: number): string => {
  if (days === 0) return 'within a day';
  return days === 1 ? 'in 1 day' : `in ${days} days`;
};
