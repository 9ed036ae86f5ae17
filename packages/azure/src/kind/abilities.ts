import type { Ability, CredentialRules } from '@mooring/storage';
import { sasExcess } from '../sas/words.ts';
import type { AzureCredential, AzureCredentialInput, AzureLocation, SasSummary } from '../schemas.ts';

type Rules = CredentialRules<AzureLocation, AzureCredential, AzureCredentialInput>;

const BROWSER: Ability = {
  id: 'browser',
  text: 'Let browsers load straight from the storage',
  provedBy: 'browser',
};

/** What Mooring can do with a credential, and what it cannot, in plain words. */
export const abilitiesOf: Rules['abilities'] = ({ location, credential }) => {
  const container = location ? `the container ${location.container}` : 'the container';
  if (credential.kind !== 'azure-sas') return ofIdentity(credential.kind);
  const { sas, deliverySas } = credential as Extract<AzureCredential, { kind: 'azure-sas' }>;
  return ofSas(sas, deliverySas, container);
};

const ofIdentity = (kind: string): Ability[] => [
  {
    id: 'show',
    text: 'Make short-lived URLs, each for one object and for reading only',
    provedBy: ['sign', 'fetch'],
  },
  BROWSER,
  ...(kind === 'azure-cli'
    ? [
        {
          id: 'others',
          text: 'Can do everything that the person who is signed in with az login can',
          provedBy: 'beware' as const,
        },
      ]
    : [
        {
          id: 'write',
          text: 'Cannot write, change or delete, with the role Reader',
          provedBy: 'cannot' as const,
        },
        { id: 'others', text: 'Cannot see containers that it has no role on', provedBy: 'cannot' as const },
      ]),
];

function ofSas(sas: SasSummary, deliverySas: SasSummary | null, container: string): Ability[] {
  const excess = sasExcess(sas);
  return [
    ...(deliverySas
      ? ([
          {
            id: 'show',
            text: 'Hand browsers URLs with the delivery token, which only reads objects',
            provedBy: ['sign', 'fetch'],
          },
          BROWSER,
          {
            id: 'delivery',
            text: `A URL with the delivery token can open every object of ${deliverySas.type === 'account' ? 'the account' : container} whose name is known`,
            provedBy: 'beware',
          },
        ] satisfies Ability[])
      : ([
          {
            id: 'show',
            text: 'Show assets through Mooring’s own server; the token never reaches a browser',
            provedBy: ['range'],
          },
        ] satisfies Ability[])),
    excess
      ? {
          id: 'write',
          text: `The token also allows to ${excess}. Mooring never does that`,
          provedBy: 'beware',
        }
      : { id: 'write', text: 'Cannot write, change or delete', provedBy: 'cannot' },
    sas.type === 'account'
      ? { id: 'others', text: 'The token reaches every container of the account', provedBy: 'beware' }
      : {
          id: 'others',
          text: `Cannot see other containers: the token opens ${sas.type === 'container' ? container : `one ${sas.type}`} alone`,
          provedBy: 'cannot',
        },
  ];
}
