import { type IdentityOffers, offerRefusal, readCertificate } from '@mooring/azure/server';
import {
  type AccessMode,
  type AzureLocation,
  accountKeyRefusal,
  type Credential,
  type CredentialInput,
  judgeSas,
  type ParsedSas,
  parseSas,
  type SasPurpose,
} from '@mooring/contract';
import { MooringError } from '../../platform/problem.ts';

/** A credential in its two halves: what may be shown, and what is sealed. */
export interface ReadCredential {
  shown: Credential;
  secret: CredentialInput;
}

/** What a credential is judged by, beside itself. */
export interface CredentialContext {
  accessMode: AccessMode;
  /** Where the connection leads. */
  location: AzureLocation;
  /** The identities that the operator lets connections use. */
  offers: IdentityOffers;
  now: Date;
}

type Input<K extends CredentialInput['kind']> = Extract<CredentialInput, { kind: K }>;

/**
 * Judges a credential by what can be told without asking Azure, and brings it into the form that is stored.
 * @throws MooringError with the field, e.g. `sas_expired`, `certificate_invalid`, `account_key_refused`,
 * `invalid_request`; `credential_unavailable` where the operator does not offer it
 */
export function readCredential(input: CredentialInput, context: CredentialContext): ReadCredential {
  refuseAccountKeys(input);
  const refusal = offerRefusal(input.kind, context.offers);
  if (refusal) {
    throw new MooringError('credential_unavailable', refusal.message, {
      fix: refusal.fix,
      fields: [{ path: 'credential.kind', message: refusal.message }],
    });
  }
  switch (input.kind) {
    case 'azure-app': {
      const shown = { kind: input.kind, ...readApp(input) };
      return { shown, secret: { ...shown, clientSecret: readClientSecret(input.clientSecret) } };
    }
    case 'azure-app-certificate':
      return withCertificate(input, context.now);
    case 'azure-app-federated':
      return same({ kind: input.kind, ...readApp(input) });
    case 'azure-mooring-app': {
      const secret = { kind: input.kind, tenantId: readTenantId(input.tenantId) };
      return { shown: { ...secret, clientId: context.offers.app!.clientId }, secret };
    }
    case 'azure-managed-identity': {
      const { kind } = input;
      const clientId = input.clientId?.trim() ? readClientId(input.clientId, MANAGED_IDENTITY) : null;
      return { shown: { kind, clientId }, secret: { kind, ...(clientId !== null && { clientId }) } };
    }
    case 'azure-cli': {
      const { kind } = input;
      const tenantId = input.tenantId?.trim() ? readTenantId(input.tenantId) : null;
      return { shown: { kind, tenantId }, secret: { kind, ...(tenantId !== null && { tenantId }) } };
    }
    case 'azure-sas':
      return readSas(input, context);
  }
}

const same = (credential: Input<'azure-app-federated'>): ReadCredential => ({
  shown: credential,
  secret: credential,
});

/** People paste the key into whichever field is there. */
function refuseAccountKeys(input: CredentialInput): void {
  for (const [field, value] of Object.entries(input)) {
    const refusal = value === undefined ? null : accountKeyRefusal(value);
    if (refusal) throw bad(refusal.code, field, refusal.message, refusal.fix);
  }
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
// What is pasted into the wrong field can be a secret, so no message repeats it.
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

const readApp = ({ tenantId, clientId }: { tenantId: string; clientId: string }) => ({
  tenantId: readTenantId(tenantId),
  clientId: readClientId(clientId, APP_REGISTRATION),
});

/** @throws MooringError `invalid_request`, naming the field at `path` */
export function readTenantId(text: string, path = 'credential.tenantId'): string {
  const tenantId = text.trim();
  if (GUID.test(tenantId) || DOMAIN.test(tenantId)) return tenantId;
  const message = `The directory (tenant) id has ${tenantId.length} characters and is neither a GUID nor a domain; expected one of them, such as contoso.onmicrosoft.com.`;
  throw new MooringError('invalid_request', message, {
    fix: 'Copy “Directory (tenant) ID” from the overview of the app registration, or of Microsoft Entra ID, in the Azure portal.',
    fields: [{ path, message }],
  });
}

const APP_REGISTRATION =
  'Copy “Application (client) ID” from the overview of the app registration in the Azure portal.';
const MANAGED_IDENTITY =
  'Copy “Client ID” from the overview of the managed identity in the Azure portal, or leave it out for the system-assigned one.';

function readClientId(text: string, fix: string): string {
  const clientId = text.trim();
  if (GUID.test(clientId)) return clientId;
  throw badField(
    'clientId',
    `The application (client) id has ${clientId.length} characters and is no GUID; expected one, such as 11111111-2222-3333-4444-555555555555.`,
    fix,
  );
}

function readClientSecret(text: string): string {
  const clientSecret = text.trim();
  if (GUID.test(clientSecret)) {
    throw badField(
      'clientSecret',
      'This is a GUID, so it is the id of the secret (“Secret ID”) and not the secret itself (“Value”).',
      'Copy “Value” from “Certificates & secrets” of the app registration. Azure shows it only when the secret is made: if it is hidden by now, make a new one.',
    );
  }
  if (clientSecret === '' || /\s/.test(clientSecret)) {
    throw badField(
      'clientSecret',
      clientSecret === ''
        ? 'The client secret is empty.'
        : 'The client secret has white space in it; no secret has.',
      'Copy “Value” from “Certificates & secrets” of the app registration again.',
    );
  }
  return clientSecret;
}

function withCertificate(input: Input<'azure-app-certificate'>, now: Date): ReadCredential {
  const app = { kind: input.kind, ...readApp(input) };
  const certificate = readCertificate(input.certificatePem, now);
  if (!certificate.ok)
    throw bad('certificate_invalid', 'certificatePem', certificate.message, certificate.fix);
  const { pem, thumbprint, expiresAt } = certificate;
  return {
    shown: { ...app, thumbprint, expiresAt: expiresAt.toISOString() },
    secret: { ...app, certificatePem: pem },
  };
}

function readSas(input: Input<'azure-sas'>, context: CredentialContext): ReadCredential {
  const { accessMode } = context;
  const main = readToken(input.sasToken, 'sasToken', 'list-and-read', context);
  // An emptied field of a form means none.
  const delivery = input.deliverySasToken?.trim()
    ? readToken(input.deliverySasToken, 'deliverySasToken', 'delivery', context)
    : null;
  if (accessMode === 'client-only' && delivery === null) {
    throw badField(
      'deliverySasToken',
      'Mooring’s server never touches the data of a client-only connection, so browsers need a token of their own to read it, and there is none.',
      'Add a delivery token that grants Read on objects and nothing more: a SAS of the container, or an account SAS with service Blob and resource type Object. Or use an app registration.',
    );
  }
  return {
    shown: { kind: 'azure-sas', sas: main.summary, deliverySas: delivery?.summary ?? null },
    secret: {
      kind: 'azure-sas',
      sasToken: main.token,
      ...(delivery && { deliverySasToken: delivery.token }),
    },
  };
}

function readToken(
  text: string,
  field: string,
  purpose: SasPurpose,
  { location, now }: CredentialContext,
): ParsedSas {
  const sas = parseSas(text);
  if (!sas.ok) throw bad(sas.code, field, sas.message, sas.fix);
  const problem = judgeSas(sas, purpose, now, location).find(({ level }) => level === 'error');
  if (problem) throw bad(problem.code, field, problem.message, problem.fix);
  return sas;
}

const bad = (code: MooringError['code'], field: string, message: string, fix: string): MooringError =>
  new MooringError(code, message, { fix, fields: [{ path: `credential.${field}`, message }] });

const badField = (field: string, message: string, fix: string): MooringError =>
  bad('invalid_request', field, message, fix);
