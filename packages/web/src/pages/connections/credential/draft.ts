import {
  type AzureLocation,
  accountKeyRefusal,
  type CredentialInput,
  type CredentialKind,
  judgeSas,
  parseSas,
  type SasPurpose,
  type SasSummary,
} from '@mooring/contract';
import { CREDENTIAL_CHOICES } from './kinds.ts';
import { pemProblem } from './pem.ts';

/** A credential as it is being typed. Of the fields, each kind uses its own. */
export interface CredentialDraft {
  kind: CredentialKind;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  certificatePem: string;
  /** Of a user-assigned managed identity. */
  identityClientId: string;
  sasToken: string;
  /** Whether browsers are to load straight from the storage, with a second token. */
  wantsDelivery: boolean;
  deliverySasToken: string;
}

export const EMPTY_CREDENTIAL: CredentialDraft = {
  kind: 'azure-app',
  tenantId: '',
  clientId: '',
  clientSecret: '',
  certificatePem: '',
  identityClientId: '',
  sasToken: '',
  wantsDelivery: false,
  deliverySasToken: '',
};

/** As it may be kept in a browser: choices, and ids that can be nothing else. */
export const withoutSecrets = ({
  kind,
  tenantId,
  clientId,
  identityClientId,
  wantsDelivery,
}: CredentialDraft): CredentialDraft => ({
  ...EMPTY_CREDENTIAL,
  kind: CREDENTIAL_CHOICES.some(choice => choice.kind === kind) ? kind : EMPTY_CREDENTIAL.kind,
  tenantId: isTenant(tenantId) ? tenantId.trim() : '',
  clientId: isGuid(clientId) ? clientId.trim() : '',
  identityClientId: isGuid(identityClientId) ? identityClientId.trim() : '',
  wantsDelivery: wantsDelivery === true,
});

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9-]{1,63}\.)+[a-z]{2,}$/i;
const EXAMPLE = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';

const asSentence = (problem: { message: string; fix: string } | null): string | null =>
  problem && `${problem.message} ${problem.fix}`;
/** Judges a field that has something in it. */
const judge = (problemOf: (text: string) => string | null) => (text: string) =>
  text.trim() === '' ? null : (asSentence(accountKeyRefusal(text)) ?? problemOf(text.trim()));

/** What is wrong with a field that has something in it; null where nothing is, or it is still empty. */
export const FIELD_PROBLEMS = {
  tenantId: judge(text =>
    isTenant(text) ? null : `Expected an id such as ${EXAMPLE}, or a domain such as acme.onmicrosoft.com.`,
  ),
  clientId: judge(text =>
    GUID.test(text)
      ? null
      : `Expected an id such as ${EXAMPLE}: “Application (client) ID” on the app’s overview.`,
  ),
  identityClientId: judge(text =>
    GUID.test(text) ? null : `Expected an id such as ${EXAMPLE}: “Client ID” on the identity’s overview.`,
  ),
  clientSecret: judge(text =>
    GUID.test(text)
      ? 'This is the id of a secret. Paste its value, which Azure shows only right after it was made.'
      : null,
  ),
  certificatePem: judge(pemProblem),
};

export const isGuid = (text: string): boolean => GUID.test(text.trim());
/** Whether a text can name a tenant: by its id, or by one of its domains. */
export const isTenant = (text: string): boolean => isGuid(text) || DOMAIN.test(text.trim());

export type SasPlace = Pick<AzureLocation, 'account' | 'container'>;
export interface SasJudgement {
  /** What the token says of itself, where it can be read. */
  summary: SasSummary | null;
  errors: { message: string; fix: string }[];
  warnings: { message: string; fix: string }[];
}

/**
 * Judges a pasted token; null while there is none.
 * @param location where it should lead
 */
export function judgePasted(
  text: string,
  purpose: SasPurpose,
  now: Date,
  location?: SasPlace,
): SasJudgement | null {
  if (text.trim() === '') return null;
  const parsed = parseSas(text);
  if (!parsed.ok) return { summary: null, errors: [parsed], warnings: [] };
  const problems = judgeSas(parsed, purpose, now, location);
  return {
    summary: parsed.summary,
    errors: problems.filter(({ level }) => level === 'error'),
    warnings: problems.filter(({ level }) => level === 'warning'),
  };
}

/** The credential to send, once it is whole and nothing speaks against it; otherwise null. */
export function toCredentialInput(
  draft: CredentialDraft,
  now: Date,
  location?: SasPlace,
): CredentialInput | null {
  const { kind } = draft;
  if (kind === 'azure-sas') return sasInput(draft, now, location);
  const tenantId = sound(draft, 'tenantId');
  const clientId = sound(draft, 'clientId');
  switch (kind) {
    case 'azure-app': {
      const clientSecret = sound(draft, 'clientSecret');
      return tenantId && clientId && clientSecret ? { kind, tenantId, clientId, clientSecret } : null;
    }
    case 'azure-app-certificate': {
      const certificatePem = sound(draft, 'certificatePem');
      return tenantId && clientId && certificatePem ? { kind, tenantId, clientId, certificatePem } : null;
    }
    case 'azure-app-federated':
      return tenantId && clientId ? { kind, tenantId, clientId } : null;
    case 'azure-mooring-app':
      return tenantId ? { kind, tenantId } : null;
    case 'azure-managed-identity': {
      const own = sound(draft, 'identityClientId');
      return own === null ? null : { kind, ...(own && { clientId: own }) };
    }
    case 'azure-cli':
      return tenantId === null ? null : { kind, ...(tenantId && { tenantId }) };
  }
}

/** A field without the spaces around it; null where something is wrong with it. */
const sound = (draft: CredentialDraft, field: keyof typeof FIELD_PROBLEMS): string | null =>
  FIELD_PROBLEMS[field](draft[field]) === null ? draft[field].trim() : null;

function sasInput(
  { sasToken, wantsDelivery, deliverySasToken }: CredentialDraft,
  now: Date,
  location?: SasPlace,
): CredentialInput | null {
  const token = judgePasted(sasToken, 'list-and-read', now, location);
  if (!token || token.errors.length > 0) return null;
  if (!wantsDelivery) return { kind: 'azure-sas', sasToken };
  const delivery = judgePasted(deliverySasToken, 'delivery', now, location);
  return !delivery || delivery.errors.length > 0 ? null : { kind: 'azure-sas', sasToken, deliverySasToken };
}
