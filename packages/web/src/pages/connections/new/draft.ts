import {
  type AzureLocation,
  type AzureLocationField,
  type LocationParse,
  type LocationRefusal,
  type ParsedSas,
  parseAzureLocation,
  parseSas,
  publicEndpoint,
  readAzureAddress,
} from '@mooring/contract';
import { type CredentialDraft, EMPTY_CREDENTIAL } from '../credential/draft.ts';
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

/** What is wrong with an address that was typed as a whole; one that follows from the parts is judged with them. */
function addressProblem(draft: Draft): LocationRefusal | null {
  if (draft.address.trim() === '' || draft.address === addressOf(draft)) return null;
  const parts = readAzureAddress(draft.address);
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

export function addressOf({ account, endpoint, container, prefix }: Pick<Draft, LocationPart>): string {
  if ([account, endpoint, container, prefix].every(part => part.trim() === '')) return '';
  const base = endpoint.trim() || publicEndpoint(account.trim());
  const path = [container.trim(), prefix.trim()].filter(part => part !== '').map(encodePath);
  return [base.replace(/\/$/, ''), ...path].join('/');
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** The name that was typed, or one made of the location. */
export const nameOf = (draft: Pick<Draft, 'name'>, location: AzureLocation): string =>
  draft.name.trim() || `${location.account} / ${location.container}`;

/** An address as it was typed or pasted. A whole SAS token in it belongs to the next step, and does not stay in sight. */
export function takeAddress(text: string, { credential }: Draft): Partial<Draft> {
  const sas = /sig(=|%3D)/i.test(text) ? parseSas(text) : null;
  if (!sas?.ok || !isWholeSignature(sas)) return withAddress(text);
  return {
    ...withAddress(sas.url ?? ''),
    credential: { ...credential, kind: 'azure-sas', sasToken: sas.token },
    isKindChosen: true,
  };
}

/** While a token is being typed, its end would otherwise be left behind in the address. */
const isWholeSignature = ({ token }: ParsedSas): boolean =>
  /(^|&)sig=([A-Za-z0-9]|%2[BF]){43}%3D(&|$)/.test(token);
