import {
  type AzureLocation,
  type CredentialInput,
  judgeSas,
  parseSas,
  type SasPurpose,
  type SasSummary,
} from '@mooring/contract';

/** A credential as it is being typed. */
export interface CredentialDraft {
  kind: CredentialInput['kind'];
  tenantId: string;
  clientId: string;
  clientSecret: string;
  sasToken: string;
  deliverySasToken: string;
}

/** What the fields of either kind of credential are given. */
export interface CredentialFieldsProps {
  value: CredentialDraft;
  change: (changes: Partial<CredentialDraft>) => void;
  location: AzureLocation;
}

export const EMPTY_CREDENTIAL: CredentialDraft = {
  kind: 'azure-app',
  tenantId: '',
  clientId: '',
  clientSecret: '',
  sasToken: '',
  deliverySasToken: '',
};

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9-]{1,63}\.)+[a-z]{2,}$/i;

/** What is wrong with a field that has something in it; null where nothing is, or it is still empty. */
export const FIELD_PROBLEMS = {
  tenantId: (text: string) =>
    text.trim() === '' || GUID.test(text.trim()) || DOMAIN.test(text.trim())
      ? null
      : 'Expected an id such as 6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90, or a domain such as acme.onmicrosoft.com.',
  clientId: (text: string) =>
    text.trim() === '' || GUID.test(text.trim())
      ? null
      : 'Expected an id such as 6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90: “Application (client) ID” on the app’s overview.',
  clientSecret: (text: string) =>
    GUID.test(text.trim())
      ? 'This is the id of a secret. Paste its value, which Azure shows only right after it was made.'
      : null,
};

export interface SasJudgement {
  /** What the token says of itself, where it can be read as an account SAS. */
  summary: SasSummary | null;
  errors: { message: string; fix: string }[];
  warnings: { message: string; fix: string }[];
}

/** Judges a pasted token; null while there is none. */
export function judgePasted(text: string, purpose: SasPurpose, now: Date): SasJudgement | null {
  if (text.trim() === '') return null;
  const parsed = parseSas(text);
  if (!parsed.ok) return { summary: null, errors: [parsed], warnings: [] };
  const problems = judgeSas(parsed, purpose, now);
  return {
    summary: parsed.kind === 'account' ? parsed.summary : null,
    errors: problems.filter(({ level }) => level === 'error'),
    warnings: problems.filter(({ level }) => level === 'warning'),
  };
}

/** The credential to send, once it is whole and nothing speaks against it; otherwise null. */
export function toCredentialInput(draft: CredentialDraft, now: Date): CredentialInput | null {
  if (draft.kind === 'azure-sas') {
    const { sasToken, deliverySasToken } = draft;
    const token = judgePasted(sasToken, 'list-and-read', now);
    const delivery = judgePasted(deliverySasToken, 'delivery', now);
    if (!token || token.errors.length > 0 || (delivery && delivery.errors.length > 0)) return null;
    return { kind: 'azure-sas', sasToken, ...(delivery && { deliverySasToken }) };
  }
  const tenantId = draft.tenantId.trim();
  const clientId = draft.clientId.trim();
  const clientSecret = draft.clientSecret.trim();
  const isWhole = tenantId !== '' && clientId !== '' && clientSecret !== '';
  const isSound = !(
    FIELD_PROBLEMS.tenantId(tenantId) ??
    FIELD_PROBLEMS.clientId(clientId) ??
    FIELD_PROBLEMS.clientSecret(clientSecret)
  );
  return isWhole && isSound ? { kind: 'azure-app', tenantId, clientId, clientSecret } : null;
}
