import type { AzureLocation, Check, CheckId, Credential } from '@mooring/contract';
import { sasExcess } from './sas-words.ts';

/**
 * `can` is proved by a check, `expected` not yet; `failing` is what a check found wanting. `cannot` is as it should
 * be, `beware` is more than Mooring needs.
 */
export type AbilityState = 'can' | 'expected' | 'failing' | 'cannot' | 'beware';

export interface Ability {
  id: string;
  state: AbilityState;
  text: string;
}

/** What is known of a connection so far; while it is being set up, not everything is. */
export interface Known {
  location: Pick<AzureLocation, 'account' | 'container' | 'prefix'> | null;
  credential: Credential | null;
  checks: readonly Check[];
}

/** What Mooring can do with a connection, in plain words. */
export function abilitiesOf({ location, credential, checks }: Known): Ability[] {
  const proved = (...ids: CheckId[]): AbilityState => {
    const found = checks.filter(check => ids.includes(check.id)).map(check => check.status);
    if (found.includes('failed') || found.includes('skipped')) return 'failing';
    return found.length > 0 && found.every(status => status === 'passed' || status === 'warning')
      ? 'can'
      : 'expected';
  };
  const container = location ? `the container ${location.container}` : 'the container';
  const below = location?.prefix ? `, below ${location.prefix}` : '';
  return [
    { id: 'list', state: proved('list'), text: `List what is in ${container}${below}` },
    {
      id: 'read',
      state: proved('head', 'range'),
      text: 'Read the headers of its objects, a few kilobytes each',
    },
    ...(credential === null
      ? []
      : credential.kind === 'azure-app'
        ? ofApp(proved)
        : ofSas(credential, proved)),
  ];
}

type Proved = (...ids: CheckId[]) => AbilityState;

const ofApp = (proved: Proved): Ability[] => [
  {
    id: 'show',
    state: proved('sign', 'fetch'),
    text: 'Make short-lived URLs, each for one object and for reading only',
  },
  { id: 'browser', state: proved('preflight'), text: 'Let browsers load straight from the storage' },
  { id: 'write', state: 'cannot', text: 'Cannot write, change or delete, with the role Reader' },
  { id: 'others', state: 'cannot', text: 'Cannot see containers that it has no role on' },
];

function ofSas({ sas, deliverySas }: Extract<Credential, { kind: 'azure-sas' }>, proved: Proved): Ability[] {
  const excess = sasExcess(sas);
  return [
    ...(deliverySas
      ? [
          {
            id: 'show',
            state: proved('sign', 'fetch'),
            text: 'Hand browsers URLs with the delivery token, which only reads objects',
          },
          { id: 'browser', state: proved('preflight'), text: 'Let browsers load straight from the storage' },
          {
            id: 'delivery',
            state: 'beware' as const,
            text: 'A URL with the delivery token opens every object of the account whose name is known',
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
    { id: 'others', state: 'beware', text: 'The token reaches every container of the account' },
  ];
}
