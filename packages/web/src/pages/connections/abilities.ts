import {
  type AzureLocation,
  type Check,
  type CheckId,
  type Credential,
  type CredentialKind,
  SHARED_IDENTITIES,
} from '@mooring/contract';
import { sasExcess } from './sas-words.ts';

/**
 * `can` is proved by a check, `expected` not yet; `failing` is what a check found wanting, `blocked` what could not be
 * tried because of that. `cannot` is as it should be, `beware` is more than Mooring needs.
 */
export type AbilityState = 'can' | 'expected' | 'failing' | 'blocked' | 'cannot' | 'beware';

export interface Ability {
  id: string;
  state: AbilityState;
  text: string;
}

type Sas = Extract<Credential, { kind: 'azure-sas' }>;
/** Of a credential, what tells what it can do. */
export type KnownCredential =
  | { kind: Exclude<CredentialKind, 'azure-sas'> }
  | Pick<Sas, 'kind' | 'sas' | 'deliverySas'>;

/** What is known of a connection so far; while it is being set up, not everything is. */
export interface Known {
  location: Pick<AzureLocation, 'account' | 'container' | 'prefix'> | null;
  credential: KnownCredential | null;
  checks: readonly Check[];
  renditionPrefix: string | null;
  ownership: { provenAt: string | null } | null;
}

/** What Mooring can do with a connection, in plain words. */
export function abilitiesOf({ location, credential, checks, renditionPrefix, ownership }: Known): Ability[] {
  const proved: Proved = (...ids) =>
    stateOf(checks.filter(({ id, side }) => side === 'server' && ids.includes(id)));
  // A browser that has looked for itself has the last word.
  const seen = checks.filter(({ id, side, status }) =>
    side === 'server' ? id === 'preflight' : status !== 'skipped',
  );
  const container = location ? `the container ${location.container}` : 'the container';
  const below = location?.prefix ? `, below ${location.prefix}` : '';
  return [
    ...(credential && isShared(credential.kind)
      ? [ofOwner(location?.account ?? 'the account', ownership, proved)]
      : []),
    { id: 'list', state: proved('list'), text: `List what is in ${container}${below}` },
    {
      id: 'read',
      state: proved('head', 'range'),
      text: 'Read the headers of its objects, a few kilobytes each',
    },
    ...(credential === null
      ? []
      : credential.kind === 'azure-sas'
        ? ofSas(credential, container, proved, stateOf(seen))
        : ofIdentity(credential.kind, proved, stateOf(seen))),
    ...(renditionPrefix === null
      ? []
      : [
          {
            id: 'renditions',
            state: proved('write'),
            text: `Write renditions below ${renditionPrefix}, and nowhere else`,
          },
        ]),
  ];
}

export const isShared = (kind: CredentialKind): boolean =>
  (SHARED_IDENTITIES as readonly CredentialKind[]).includes(kind);

type Proved = (...ids: CheckId[]) => AbilityState;

function stateOf(found: readonly Check[]): AbilityState {
  if (found.some(({ status }) => status === 'failed')) return 'failing';
  if (found.some(({ status }) => status === 'skipped')) return 'blocked';
  return found.length > 0 && found.every(({ status }) => status === 'passed' || status === 'warning')
    ? 'can'
    : 'expected';
}

const ofOwner = (account: string, ownership: Known['ownership'], proved: Proved): Ability => ({
  id: 'ownership',
  state: ownership?.provenAt ? 'can' : proved('ownership'),
  text: `Look into ${account}: its owner wants this workspace`,
});

function ofIdentity(kind: CredentialKind, proved: Proved, browser: AbilityState): Ability[] {
  return [
    {
      id: 'show',
      state: proved('sign', 'fetch'),
      text: 'Make short-lived URLs, each for one object and for reading only',
    },
    { id: 'browser', state: browser, text: 'Let browsers load straight from the storage' },
    ...(kind === 'azure-cli'
      ? [
          {
            id: 'others',
            state: 'beware' as const,
            text: 'Can do whatever the person who is signed in with az login can',
          },
        ]
      : [
          {
            id: 'write',
            state: 'cannot' as const,
            text: 'Cannot write, change or delete, with the role Reader',
          },
          { id: 'others', state: 'cannot' as const, text: 'Cannot see containers that it has no role on' },
        ]),
  ];
}

function ofSas(
  { sas, deliverySas }: Pick<Sas, 'sas' | 'deliverySas'>,
  container: string,
  proved: Proved,
  browser: AbilityState,
): Ability[] {
  const excess = sasExcess(sas);
  return [
    ...(deliverySas
      ? [
          {
            id: 'show',
            state: proved('sign', 'fetch'),
            text: 'Hand browsers URLs with the delivery token, which only reads objects',
          },
          { id: 'browser', state: browser, text: 'Let browsers load straight from the storage' },
          {
            id: 'delivery',
            state: 'beware' as const,
            text: `A URL with the delivery token opens every object of ${deliverySas.type === 'account' ? 'the account' : container} whose name is known`,
          },
        ]
      : [
          {
            id: 'show',
            state: proved('range'),
            text: 'Show assets through Mooring’s own server; the token never reaches a browser',
          },
        ]),
    excess
      ? { id: 'write', state: 'beware', text: `The token also allows to ${excess}; Mooring never does` }
      : { id: 'write', state: 'cannot', text: 'Cannot write, change or delete' },
    sas.type === 'account'
      ? { id: 'others', state: 'beware', text: 'The token reaches every container of the account' }
      : {
          id: 'others',
          state: 'cannot',
          text: `Cannot see other containers: the token opens ${sas.type === 'container' ? container : `one ${sas.type}`} alone`,
        },
  ];
}
