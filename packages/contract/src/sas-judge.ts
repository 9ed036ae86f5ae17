import type { SasSummary } from './connection.ts';
import type { ErrorCode } from './problem.ts';
import { listWords, type ParsedSas, type ServiceSas } from './sas.ts';

export interface SasProblem {
  /** An `error`: the token cannot serve the purpose. A `warning`: a better one could be made. */
  level: 'error' | 'warning';
  code: ErrorCode;
  message: string;
  fix: string;
}

/** What a token is wanted for: reading by the server, or handing to browsers. */
export type SasPurpose = 'list-and-read' | 'delivery';

/**
 * What stands against a token, worst first; empty when it will do. Judged by what the token says of itself:
 * whether Azure accepts it is for the checks to find out. Pure.
 */
export function judgeSas(sas: ParsedSas, purpose: SasPurpose, now: Date): SasProblem[] {
  if (sas.kind !== 'account') return [wrongKind(sas)];
  const { summary } = sas;
  return [
    service(summary),
    ...(purpose === 'delivery' ? deliveryGrants(summary) : readGrants(summary)),
    ...times(summary, now),
    signature(sas.token),
    protocol(summary),
  ].filter(problem => problem !== null);
}

const NEW_TOKEN: Record<SasPurpose, string> = {
  'list-and-read':
    'Make a new account SAS with service Blob, resource types Container and Object, and permissions Read and List.',
  delivery: 'Make a new account SAS with service Blob, resource type Object only, and permission Read only.',
};

const error = (code: ErrorCode, message: string, fix: string): SasProblem => ({
  level: 'error',
  code,
  message,
  fix,
});

const RESOURCES: Record<string, string> = {
  c: 'one container',
  d: 'one directory',
  b: 'one blob',
  bs: 'one snapshot of a blob',
  bv: 'one version of a blob',
  f: 'one file of Azure Files',
  s: 'one share of Azure Files',
};

function wrongKind(sas: ServiceSas): SasProblem {
  const reach = RESOURCES[sas.resource] ?? 'one resource';
  const made = sas.kind === 'service' ? 'a service SAS' : 'a user-delegation SAS';
  return error(
    'sas_wrong_kind',
    `This is ${made} for ${reach} (sr=${sas.resource}); expected an account SAS, which has ss and srt instead. This kind cannot look at the account's CORS rules, so Mooring could not tell whether browsers may load from it.`,
    'In the Azure portal open the storage account itself, not the container, then “Shared access signature”: service Blob, resource types Container and Object, permissions Read and List. Or use an app registration, which can be limited to one container.',
  );
}

function service(summary: SasSummary): SasProblem | null {
  if (summary.services.includes('b')) return null;
  return error(
    'sas_wrong_service',
    `This token is for ${named(summary.services, SERVICES)}, not for Blob storage (ss=${summary.services}).`,
    'Make a new account SAS and choose the service Blob.',
  );
}

const SERVICES: Record<string, string> = { b: 'Blob', q: 'Queue', t: 'Table', f: 'File' };
const RESOURCE_TYPES: Record<string, string> = { s: 'Service', c: 'Container', o: 'Object' };
const PERMISSIONS: Record<string, string> = {
  r: 'Read',
  l: 'List',
  w: 'Write',
  d: 'Delete',
  y: 'Permanent delete',
  x: 'Delete version',
  a: 'Add',
  c: 'Create',
  u: 'Update',
  p: 'Process',
  t: 'Tag',
  f: 'Filter by tag',
  i: 'Immutability policy',
};

const namesOf = (letters: string, names: Record<string, string>): string[] =>
  Array.from(letters, letter => names[letter] ?? letter);
const named = (letters: string, names: Record<string, string>): string => listWords(namesOf(letters, names));
const without = (letters: string, taken: string): string =>
  Array.from(letters)
    .filter(letter => !taken.includes(letter))
    .join('');

function readGrants(summary: SasSummary): (SasProblem | null)[] {
  const types = without('co', summary.resourceTypes);
  const permissions = without('rl', summary.permissions);
  return [
    types && missingTypes(types, summary, 'list-and-read'),
    permissions && missingPermissions(permissions, summary, 'list-and-read'),
  ].map(problem => problem || null);
}

function deliveryGrants(summary: SasSummary): (SasProblem | null)[] {
  if (!summary.resourceTypes.includes('o')) return [missingTypes('o', summary, 'delivery')];
  if (!summary.permissions.includes('r')) return [missingPermissions('r', summary, 'delivery')];
  const extra = [
    ...namesOf(without(summary.services, 'b'), SERVICES),
    ...namesOf(without(summary.resourceTypes, 'o'), RESOURCE_TYPES),
    ...namesOf(without(summary.permissions, 'r'), PERMISSIONS),
  ];
  if (extra.length === 0) return [null];
  return [
    error(
      'sas_too_broad',
      `Everyone who sees a URL made with this token may do all that it grants, and beyond reading objects that is ${listWords(extra)} (ss=${summary.services}, srt=${summary.resourceTypes}, sp=${summary.permissions}); expected ss=b, srt=o, sp=r.`,
      `${NEW_TOKEN.delivery} Or leave the delivery token out: Mooring then streams the bytes itself.`,
    ),
  ];
}

function missingTypes(missing: string, { resourceTypes }: SasSummary, purpose: SasPurpose): SasProblem {
  return error(
    'sas_missing_resource_type',
    `This token does not reach ${named(missing, RESOURCE_TYPES)} (srt=${resourceTypes}): ${missing.includes('c') ? 'a container could not be listed' : 'an object could not be read'}.`,
    NEW_TOKEN[purpose],
  );
}

function missingPermissions(missing: string, { permissions }: SasSummary, purpose: SasPurpose): SasProblem {
  return error(
    'sas_missing_permission',
    `This token lacks the permission ${named(missing, PERMISSIONS)} (sp=${permissions}).`,
    NEW_TOKEN[purpose],
  );
}

function times({ startsAt, expiresAt }: SasSummary, now: Date): SasProblem[] {
  if (Date.parse(expiresAt) <= now.getTime()) {
    return [
      error(
        'sas_expired',
        `This token expired at ${inWords(expiresAt)}; it is now ${inWords(now.toISOString())}.`,
        'Make a new token that expires later, and paste that.',
      ),
    ];
  }
  if (startsAt !== null && Date.parse(startsAt) > now.getTime()) {
    return [
      error(
        'sas_not_yet_valid',
        `This token is valid from ${inWords(startsAt)}; it is now ${inWords(now.toISOString())}.`,
        'Wait until then, or make a new token that starts a quarter of an hour ago, which allows for clocks that differ.',
      ),
    ];
  }
  return [];
}

/** `2026-11-22 01:10:00 UTC` */
const inWords = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

const SIGNATURE_CHARS = 44; // 32 bytes of HMAC-SHA256 in Base64

function signature(token: string): SasProblem | null {
  const sig = decodeURIComponent(/(?:^|&)sig=([^&]*)/.exec(token)?.[1] ?? '');
  if (sig.length === SIGNATURE_CHARS) return null;
  return error(
    'sas_malformed',
    `The signature (sig) has ${sig.length} characters; expected ${SIGNATURE_CHARS}. ${sig.length < SIGNATURE_CHARS ? 'It was cut short when it was copied.' : 'Something was added when it was copied.'}`,
    'Copy the whole token again, with everything after “sig=”.',
  );
}

function protocol(summary: SasSummary): SasProblem | null {
  if (summary.protocol === 'https') return null;
  return {
    level: 'warning',
    code: 'sas_too_broad',
    message: 'This token also works over plain HTTP, where others on the way can read it.',
    fix: 'When you next make a token, allow HTTPS only.',
  };
}
