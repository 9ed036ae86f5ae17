import {
  type AzureLocation,
  type AzureLocationField,
  type LocationParse,
  type LocationRefusal,
  parseAzureLocation,
  readAzureAddress,
} from '@mooring/contract';
import { type CredentialDraft, EMPTY_CREDENTIAL, withoutSecrets as publicPart } from '../credential/draft.ts';
import { withoutSecret } from '../credential/without-secret.ts';
import { type Grants, READ_ONLY } from '../setup-request.ts';
import { EMPTY_SOURCE, type SourceDraft } from '../source-draft.ts';

export type LocationPart = Exclude<AzureLocationField, 'url'>;

/** A connection as it is being set up. Kept by the browser until it is done, but for its secrets. */
export interface Draft extends Record<LocationPart, string> {
  /** As typed: whatever the parts were taken from. */
  address: string;
  name: string;
  credential: CredentialDraft;
  /** Whether somebody chose the kind of credential; until then it is the one that is recommended. */
  isKindChosen: boolean;
  /** What came of asking an administrator for consent. */
  consent: Consent | null;
  /** Why a sign-in did not prove that the owner wants this. */
  ownershipRefusal: string | null;
  grants: Grants;
  /** Once it has been made. */
  connectionId: string | null;

  source: SourceDraft;
}

export type Consent = { tenantId: string | null } & (
  | { outcome: 'granted' }
  | { outcome: 'refused'; reason: string | null }
);

export const EMPTY: Draft = {
  address: '',
  account: '',
  endpoint: '',
  container: '',
  prefix: '',
  name: '',
  credential: EMPTY_CREDENTIAL,
  isKindChosen: false,
  consent: null,
  ownershipRefusal: null,
  grants: READ_ONLY,
  connectionId: null,

  source: EMPTY_SOURCE,
};

const PARTS = ['account', 'endpoint', 'container', 'prefix'] as const satisfies LocationPart[];

/** The location that was typed; null while nothing was. */
export function locationOf(draft: Draft): LocationParse | null {
  const refusal = addressProblem(draft);
  if (refusal) return refusal;
  return PARTS.every(part => draft[part].trim() === '')
    ? null
    : parseAzureLocation({
        account: draft.account,
        container: draft.container,
        prefix: draft.prefix,
        ...(draft.endpoint.trim() !== '' && { endpoint: draft.endpoint }),
      });
}

function addressProblem({ address }: Draft): LocationRefusal | null {
  if (address.trim() === '') return null;
  const key = parseAzureLocation({ url: address });
  if (!key.ok && key.code === 'account_key_refused') return key;
  const parts = readAzureAddress(address);
  return 'ok' in parts ? parts : null;
}

/** The parts that an address says, in place of those of before. */
export function withAddress(address: string): Partial<Draft> {
  const parts = readAzureAddress(address);
  return 'ok' in parts
    ? { address, account: '', endpoint: '', container: '', prefix: '' }
    : { address, ...parts };
}

/** A part that was typed by itself; the address then says what the parts say. */
export function withPart(draft: Draft, part: LocationPart, text: string): Partial<Draft> {
  const next = { ...draft, [part]: text };
  // The endpoint has the account's name in it: it goes along.
  if (part === 'account' && draft.account !== '') {
    next.endpoint = draft.endpoint.replace(`//${draft.account}.`, () => `//${text}.`);
  }
  const { account, endpoint, container, prefix } = next;
  return { account, endpoint, container, prefix, address: addressOf(next) };
}

function addressOf({ account, endpoint, container, prefix }: Draft): string {
  if ([account, endpoint, container, prefix].every(part => part.trim() === '')) return '';
  const base = endpoint.trim() || `https://${account.trim()}.blob.core.windows.net`;
  const path = [container.trim(), prefix.trim()].filter(part => part !== '').map(encodePath);
  return [base.replace(/\/$/, ''), ...path].join('/');
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** The name that was typed, or one made of the location. */
export const nameOf = (draft: Pick<Draft, 'name'>, location: AzureLocation): string =>
  draft.name.trim() || `${location.account} / ${location.container}`;

/** As it may be stored: without tokens and secrets, in whichever field they were put. */
export const withoutSecrets = (draft: Draft): Draft => ({
  ...draft,
  address: withoutSecret(draft.address),
  name: withoutSecret(draft.name),
  account: withoutSecret(draft.account),
  endpoint: withoutSecret(draft.endpoint),
  container: withoutSecret(draft.container),
  prefix: withoutSecret(draft.prefix),
  credential: publicPart(draft.credential),
  grants: { ...draft.grants, renditionPrefix: withoutSecret(draft.grants.renditionPrefix) },
});
