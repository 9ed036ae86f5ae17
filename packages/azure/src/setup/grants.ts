import { contributeCondition, readCondition, WRITE_ACTIONS, writeCondition } from './conditions.ts';
import type { SetupSettings } from './schema.ts';

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
const ROLES = {
  reader: { id: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', name: 'Storage Blob Data Reader' },
  contributor: { id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe', name: 'Storage Blob Data Contributor' },
  delegator: { id: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a', name: 'Storage Blob Delegator' },
  queueProcessor: {
    id: '8a0f0c08-91a1-4084-bc3d-661d67233fed',
    name: 'Storage Queue Data Message Processor',
  },
} as const;

/** A role that is made for Mooring: `id` is null, because it is known only then. */
export interface CustomRole {
  id: null;
  name: string;
  description: string;
  actions: string[];
  dataActions: string[];
}

/** One role assignment. */
export interface Grant {
  /** Names it in templates: a letter, then letters and digits. */
  key: string;
  role: { id: string; name: string } | CustomRole;
  scope: 'account' | 'container' | 'queue';
  condition: string | null;
}

/** The role assignments for the container: none for a SAS token, which carries what it grants. */
export const grantsFor = (settings: SetupSettings): Grant[] =>
  settings.identity.kind === 'sas' ? [] : grantsForIdentity(settings);

/** The role assignment for the queue of changes, where one is wanted. */
export const queueGrantFor = ({ identity, eventQueue }: SetupSettings): Grant[] =>
  eventQueue === null || identity.kind === 'sas'
    ? []
    : [{ key: 'mooringQueue', role: ROLES.queueProcessor, scope: 'queue', condition: null }];

function grantsForIdentity(settings: SetupSettings): Grant[] {
  const { container, prefix } = settings.location;
  const { narrowing, sign, renditionPrefix } = settings;
  const prefixes = prefix === '' ? [] : [prefix];
  const delegator: Grant[] = sign
    ? [{ key: 'mooringDelegator', role: ROLES.delegator, scope: 'account', condition: null }]
    : [];
  if (narrowing === 'custom-role') {
    const conditions = [
      prefix === ''
        ? null
        : readCondition(container, [prefix, ...(renditionPrefix ? [renditionPrefix] : [])]),
      renditionPrefix ? writeCondition(container, renditionPrefix) : null,
    ].filter(condition => condition !== null);
    const condition = conditions.join(' AND ') || null;
    return [{ key: 'mooringOwn', role: customRole(settings), scope: 'container', condition }, ...delegator];
  }
  const contributor: Grant[] = renditionPrefix
    ? [
        {
          key: 'mooringContributor',
          role: ROLES.contributor,
          scope: 'container',
          condition: contributeCondition(container, renditionPrefix),
        },
      ]
    : [];
  const reader: Grant[] =
    narrowing === 'abac'
      ? [
          {
            key: 'mooringReader',
            role: ROLES.reader,
            scope: 'account',
            condition: readCondition(container, prefixes),
          },
        ]
      : [{ key: 'mooringReader', role: ROLES.reader, scope: 'container', condition: null }, ...delegator];
  return [...reader, ...contributor];
}

/**
 * Storage Blob Data Reader without the signing of keys, which has a meaning only on the account; and for renditions
 * what writes blobs, without what Storage Blob Data Contributor may do to the container itself.
 */
function customRole({ location, renditionPrefix }: SetupSettings): CustomRole {
  const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
  return {
    id: null,
    // Another wish is another role: one that exists is taken as it is.
    name: `Mooring ${location.account} ${location.container}${renditionPrefix ? ' write' : ''}`,
    description: `What Mooring needs of the container ${location.container} in ${location.account}.`,
    actions: [`${CONTAINERS}/read`],
    dataActions: [`${CONTAINERS}/blobs/read`, ...(renditionPrefix ? WRITE_ACTIONS : [])],
  };
}

/** The path of a grant's scope below the id of the account; the queue's only where one is wanted. */
export function scopePath(scope: Grant['scope'], { location, eventQueue }: SetupSettings): string {
  if (scope === 'account') return '';
  return scope === 'container'
    ? `/blobServices/default/containers/${location.container}`
    : `/queueServices/default/queues/${eventQueue}`;
}
