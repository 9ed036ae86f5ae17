import type { SasSummary } from '../schemas.ts';
import { listWords } from './sas.ts';

/** What each permission of a token allows: https://learn.microsoft.com/rest/api/storageservices/create-service-sas */
export const PERMISSIONS: Record<string, string> = {
  r: 'read',
  l: 'list',
  w: 'write',
  d: 'delete',
  y: 'delete for good',
  x: 'delete versions',
  a: 'append',
  c: 'create',
  u: 'update',
  p: 'process messages',
  t: 'tag',
  f: 'find by tag',
  m: 'move',
  e: 'execute',
  o: 'change owners',
  i: 'change immutability policies',
};
const RESOURCE_TYPES: Record<string, string> = { s: 'the service', c: 'containers', o: 'objects' };
const OPENS: Record<SasSummary['type'], string> = {
  account: 'the whole account',
  container: 'one container',
  directory: 'one directory',
  blob: 'one object',
};
const HARMLESS = 'rl';

const inWords = (letters: string, names: Record<string, string>): string =>
  listWords(Array.from(letters, letter => names[letter] ?? letter));

/** `read and list, for containers and objects`, or `read and list, in one container` */
export function sasGrants({
  type,
  permissions,
  resourceTypes,
}: Pick<SasSummary, 'type' | 'permissions' | 'resourceTypes'>): string {
  const allowed =
    permissions === '' ? 'what its stored access policy says' : inWords(permissions, PERMISSIONS);
  return type === 'account'
    ? `${allowed}, for ${inWords(resourceTypes, RESOURCE_TYPES)}`
    : `${allowed}, in ${OPENS[type]}`;
}

/** What a token allows beyond reading, in words; null where nothing is. */
export function sasExcess({ permissions }: Pick<SasSummary, 'permissions'>): string | null {
  const extra = Array.from(permissions).filter(letter => !HARMLESS.includes(letter));
  return extra.length === 0 ? null : inWords(extra.join(''), PERMISSIONS);
}

/** What a token grants and until when. */
export const sasWords = (sas: SasSummary): string =>
  [
    sasGrants(sas),
    sas.expiresAt ? `ends ${sas.expiresAt}` : 'ends when its policy says',
    ...(sas.ipRange ? [`only from ${sas.ipRange}`] : []),
  ].join('; ');
