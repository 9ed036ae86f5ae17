import {
  type AccessMode,
  type AccountSas,
  type Credential,
  type CredentialInput,
  judgeSas,
  parseSas,
  type SasPurpose,
} from '@mooring/contract';
import { MooringError } from '../platform/problem.ts';

/** A credential in its two halves: what may be shown, and what is sealed. */
export interface ReadCredential {
  shown: Credential;
  secret: CredentialInput;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
// What is pasted into the wrong field can be a secret, so no message repeats it.
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

/**
 * Judges a credential by what can be told without asking Azure, and brings it into the form that is stored.
 * @throws MooringError with the field, e.g. `sas_expired`, `account_key_refused`, `invalid_request`
 */
export function readCredential(input: CredentialInput, accessMode: AccessMode, now: Date): ReadCredential {
  if (input.kind === 'azure-app') return readApp(input);
  if (input.kind === 'azure-sas') return readSas(input, accessMode, now);
  throw new MooringError('credential_unavailable', `This installation does not offer ${input.kind}.`, {
    fix: 'Choose another credential.',
  });
}

function readApp(input: Extract<CredentialInput, { kind: 'azure-app' }>): ReadCredential {
  const tenantId = input.tenantId.trim();
  const clientId = input.clientId.trim();
  const clientSecret = input.clientSecret.trim();
  if (!GUID.test(tenantId) && !DOMAIN.test(tenantId)) {
    throw badField(
      'tenantId',
      `The directory (tenant) id has ${tenantId.length} characters and is neither a GUID nor a domain; expected one of them, such as contoso.onmicrosoft.com.`,
      'Copy “Directory (tenant) ID” from the overview of the app registration in the Azure portal.',
    );
  }
  if (!GUID.test(clientId)) {
    throw badField(
      'clientId',
      `The application (client) id has ${clientId.length} characters and is no GUID; expected one, such as 11111111-2222-3333-4444-555555555555.`,
      'Copy “Application (client) ID” from the overview of the app registration in the Azure portal.',
    );
  }
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
  const shown = { kind: 'azure-app', tenantId, clientId } as const;
  return { shown, secret: { ...shown, clientSecret } };
}

function readSas(
  input: Extract<CredentialInput, { kind: 'azure-sas' }>,
  accessMode: AccessMode,
  now: Date,
): ReadCredential {
  const main = readToken(input.sasToken, 'sasToken', 'list-and-read', now);
  // An emptied field of a form means none.
  const delivery = input.deliverySasToken?.trim()
    ? readToken(input.deliverySasToken, 'deliverySasToken', 'delivery', now)
    : null;
  if (accessMode === 'client-only' && delivery === null) {
    throw badField(
      'deliverySasToken',
      'Mooring’s server never touches the data of a client-only connection, so browsers need a token of their own to read it, and there is none.',
      'Add a delivery token: an account SAS with service Blob, resource type Object and permission Read, and nothing more. Or use an app registration.',
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

function readToken(text: string, field: string, purpose: SasPurpose, now: Date): AccountSas {
  const sas = parseSas(text);
  const problem = sas.ok ? judgeSas(sas, purpose, now).find(({ level }) => level === 'error') : sas;
  if (problem) {
    throw new MooringError(problem.code, problem.message, {
      fix: problem.fix,
      fields: [{ path: `credential.${field}`, message: problem.message }],
    });
  }
  return sas as AccountSas; // of another kind is an error above
}

const badField = (field: string, message: string, fix: string): MooringError =>
  new MooringError('invalid_request', message, { fix, fields: [{ path: `credential.${field}`, message }] });
