import { parseAzureLocation } from '../location.ts';
import type { AzureProblemCode } from '../problems.ts';
import type { AzureLocation, SasSummary } from '../schemas.ts';
import { listWords, type ParsedSas } from './sas.ts';

export interface SasProblem {
  /** An `error`: the token cannot serve the purpose. A `warning`: a better one could be made. */
  level: 'error' | 'warning';
  code: AzureProblemCode;
  message: string;
  fix: string;
}

/** What a token is wanted for: reading by the server, or handing to browsers. */
export type SasPurpose = 'list-and-read' | 'delivery';

/**
 * What stands against a token, worst first; empty when it will do. Judged by what the token says of itself:
 * whether Azure accepts it is for the checks to find out. Pure.
 * @param location where the connection leads; a token that was pasted with the URL of another place is refused
 */
export function judgeSas(
  sas: ParsedSas,
  purpose: SasPurpose,
  now: Date,
  location?: Pick<AzureLocation, 'account' | 'container' | 'prefix'>,
): SasProblem[] {
  const { summary } = sas;
  const kind = wrongKind(sas, purpose);
  if (kind) return [kind];
  return [
    location ? (wrongPlace(sas, location) ?? wrongDirectory(sas, location)) : null,
    ...(sas.kind === 'account' ? accountGrants(summary, purpose) : containerGrants(summary, purpose)),
    ...times(summary, now),
    signature(sas.token),
    protocol(summary),
  ].filter(problem => problem !== null);
}

/** What a token cannot do that an app registration can, a sentence each. */
export function sasLimits({ type, policy, permissions, expiresAt }: SasSummary): string[] {
  return [
    ...(type === 'account' ? [] : [`It opens one ${type}, and nothing else of the account.`]),
    'It cannot be limited to single objects. So browsers load through Mooring, or with a delivery token.',
    ...(type === 'account' ? [] : ['It cannot look at the CORS rules of the account.']),
    ...(policy === null || (permissions !== '' && expiresAt !== null)
      ? []
      : [
          `Its stored access policy “${policy}” decides ${listWords([
            ...(permissions === '' ? ['what it may do'] : []),
            ...(expiresAt === null ? ['when it ends'] : []),
          ])}, which Mooring cannot see, and cannot warn of.`,
        ]),
  ];
}

const NEW_TOKEN: Record<SasPurpose, string> = {
  'list-and-read':
    'Make a new account SAS with service Blob, resource types Container and Object, and permissions Read and List.',
  delivery: 'Make a new account SAS with service Blob, resource type Object only, and permission Read only.',
};

const error = (code: AzureProblemCode, message: string, fix: string): SasProblem => ({
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

/** What a token that cannot list, or that opens too little to be handed to browsers, is instead. */
function wrongKind({ kind, resource, summary }: ParsedSas, purpose: SasPurpose): SasProblem | null {
  const { type } = summary;
  if (type === 'account' || type === 'container') return null;
  if (type === 'directory' && purpose === 'list-and-read') return null;
  const reach = RESOURCES[resource] ?? 'one resource';
  const made = kind === 'service' ? 'a service SAS' : 'a user-delegation SAS';
  return error(
    'sas_wrong_kind',
    purpose === 'delivery'
      ? `This is ${made} for ${reach} (sr=${resource}); browsers need one that opens every object of the container.`
      : `This is ${made} for ${reach} (sr=${resource}), so nothing can be listed with it; expected a SAS of the container or of the account.`,
    purpose === 'delivery'
      ? 'Make a SAS of the container (sr=c) with permission Read only, or leave the delivery token out: Mooring then streams the bytes itself.'
      : 'In the Azure portal open the container, then “Shared access tokens”: permissions Read and List. Or use an app registration, which can be limited to one container too.',
  );
}

/** People paste whole URLs, which tell what the token was made for. */
function wrongPlace(
  { url, summary }: ParsedSas,
  location: Pick<AzureLocation, 'account' | 'container'>,
): SasProblem | null {
  if (url === null) return null;
  const { container } = location;
  const whole = parseAzureLocation({ url });
  const found = whole.ok ? whole : parseAzureLocation({ url, container });
  if (!found.ok) return null;
  const { account } = found.location;
  if (account !== location.account) {
    return error(
      'invalid_location',
      `The token came with the URL of the account “${account}”, but the connection leads to the account “${location.account}”.`,
      'Paste the token of the account that the connection leads to, or correct the location.',
    );
  }
  if (summary.type === 'account' || found.location.container === container) return null;
  return error(
    'invalid_location',
    `The token came with the URL of the container “${found.location.container}” and opens nothing else, but the connection leads to the container “${container}”.`,
    'Paste the token of the container that the connection leads to, or correct the location.',
  );
}

/**
 * A token of a directory opens what lies in it. Its text says how deep the directory is, and which one only where the
 * token was pasted with a URL. https://learn.microsoft.com/rest/api/storageservices/create-service-sas
 */
function wrongDirectory(
  { url, directoryDepth }: ParsedSas,
  { account, container, prefix }: Pick<AzureLocation, 'account' | 'container' | 'prefix'>,
): SasProblem | null {
  if (directoryDepth === null) return null;
  const pasted = url === null ? null : parseAzureLocation({ url, account, container });
  const named = pasted?.ok ? foldersOf(`${pasted.location.prefix}/`, directoryDepth) : null;
  const folders = foldersOf(prefix, directoryDepth);
  if (folders !== null && (named === null || named === folders)) return null;
  const seen = prefix === '' ? 'the connection has no prefix' : `the prefix of the connection is “${prefix}”`;
  return error(
    'invalid_location',
    `This token opens only ${named === null ? 'one directory' : `the directory “${named}”`}, ${levels(directoryDepth)} deep (sr=d, sdd=${directoryDepth}), but ${seen}.`,
    named === null
      ? `Set the prefix to the directory that the token was made for, with “/” at its end, such as “${'folder/'.repeat(directoryDepth)}”.`
      : `Set the prefix to “${named}”.`,
  );
}

/** The first folders of a path; null where it has fewer. */
const foldersOf = (path: string, depth: number): string | null =>
  new RegExp(`^(?:[^/]+/){${depth}}`).exec(path)?.[0] ?? null;

/** “2 levels” */
export const levels = (depth: number): string => `${depth} level${depth === 1 ? '' : 's'}`;

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
  m: 'Move',
  e: 'Execute',
  o: 'Ownership',
  i: 'Immutability policy',
};

const namesOf = (letters: string, names: Record<string, string>): string[] =>
  Array.from(letters, letter => names[letter] ?? letter);
const named = (letters: string, names: Record<string, string>): string => listWords(namesOf(letters, names));
const without = (letters: string, taken: string): string =>
  Array.from(letters)
    .filter(letter => !taken.includes(letter))
    .join('');

function accountGrants(summary: SasSummary, purpose: SasPurpose): (SasProblem | null)[] {
  return [service(summary), ...(purpose === 'delivery' ? accountDelivery(summary) : accountReading(summary))];
}

function accountReading(summary: SasSummary): (SasProblem | null)[] {
  const types = without('co', summary.resourceTypes);
  const permissions = without('rl', summary.permissions);
  return [
    types ? missingTypes(types, summary, 'list-and-read') : null,
    permissions ? missingPermissions(permissions, summary, NEW_TOKEN['list-and-read']) : null,
  ];
}

function accountDelivery(summary: SasSummary): (SasProblem | null)[] {
  if (!summary.resourceTypes.includes('o')) return [missingTypes('o', summary, 'delivery')];
  if (!summary.permissions.includes('r')) return [missingPermissions('r', summary, NEW_TOKEN.delivery)];
  const extra = [
    ...namesOf(without(summary.services, 'b'), SERVICES),
    ...namesOf(without(summary.resourceTypes, 'o'), RESOURCE_TYPES),
    ...namesOf(without(summary.permissions, 'r'), PERMISSIONS),
  ];
  if (extra.length === 0) return [null];
  return [
    tooBroad(
      `${listWords(extra)} (ss=${summary.services}, srt=${summary.resourceTypes}, sp=${summary.permissions}); expected ss=b, srt=o, sp=r`,
      NEW_TOKEN.delivery,
    ),
  ];
}

const NEW_CONTAINER_TOKEN: Record<SasPurpose, string> = {
  'list-and-read': 'Make a new SAS of the container with permissions Read and List.',
  delivery: 'Make a new SAS of the container with permission Read only.',
};

function containerGrants(summary: SasSummary, purpose: SasPurpose): (SasProblem | null)[] {
  const { permissions, policy } = summary;
  const fix = NEW_CONTAINER_TOKEN[purpose];
  if (purpose === 'delivery') {
    if (policy !== null && (permissions === '' || summary.expiresAt === null)) {
      return [
        error(
          'sas_too_broad',
          `What this token grants, or when it ends, is decided by the stored access policy “${policy}”, where Mooring cannot see it. A token for browsers must itself say that it only reads.`,
          fix,
        ),
      ];
    }
    if (!permissions.includes('r')) return [missingPermissions('r', summary, fix)];
    const extra = namesOf(without(permissions, 'r'), PERMISSIONS);
    return extra.length === 0
      ? [null]
      : [tooBroad(`${listWords(extra)} (sp=${permissions}); expected sp=r`, fix)];
  }
  const missing = permissions === '' && policy !== null ? '' : without('rl', permissions);
  return [missing ? missingPermissions(missing, summary, fix) : null];
}

const tooBroad = (extra: string, fix: string): SasProblem =>
  error(
    'sas_too_broad',
    `Everyone who sees a URL with this token may do everything that it grants. Besides reading objects, that is ${extra}.`,
    `${fix} Or leave the delivery token out: Mooring then streams the bytes itself.`,
  );

function missingTypes(missing: string, { resourceTypes }: SasSummary, purpose: SasPurpose): SasProblem {
  return error(
    'sas_missing_resource_type',
    `This token does not reach ${named(missing, RESOURCE_TYPES)} (srt=${resourceTypes}): ${missing.includes('c') ? 'a container could not be listed' : 'an object could not be read'}.`,
    NEW_TOKEN[purpose],
  );
}

function missingPermissions(missing: string, { permissions }: SasSummary, fix: string): SasProblem {
  return error(
    'sas_missing_permission',
    `This token lacks the permission ${named(missing, PERMISSIONS)} (sp=${permissions}).`,
    fix,
  );
}

function times({ startsAt, expiresAt }: SasSummary, now: Date): SasProblem[] {
  if (expiresAt !== null && Date.parse(expiresAt) <= now.getTime()) {
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
        'Wait until then, or make a new token that starts a quarter of an hour ago, so that clocks may differ a little.',
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
