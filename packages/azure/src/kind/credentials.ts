import type { ConnectionWarning, CredentialInput } from '@mooring/contract';
import { type CredentialRules, type Expiry, type Reading, readFields } from '@mooring/storage';
import { listWords, type ParsedSas, parseSas } from '../sas/sas.ts';
import { PERMISSIONS, sasWords } from '../sas/words.ts';
import {
  type AzureCredential,
  type AzureCredentialInput,
  type AzureLocation,
  azureCredentialInput,
  type SasSummary,
} from '../schemas.ts';
import { abilitiesOf } from './abilities.ts';
import { AZURE_WAYS, wayOf } from './ways.ts';

export const azureCredentials: CredentialRules<AzureLocation, AzureCredential, AzureCredentialInput> = {
  ways: AZURE_WAYS,
  read(typed, context): Reading<AzureCredentialInput> {
    const way = wayOf(typed.kind);
    const read = readFields(way, typed, context);
    if (!read.ok) return read;
    const value = azureCredentialInput.parse({ kind: typed.kind, ...read.value });
    if (value.kind !== 'azure-sas') return { ok: true, value };
    if (context.accessMode === 'client-only' && value.deliverySasToken === undefined)
      return NO_DELIVERY_TOKEN;
    // As it is stored: without what stood around it.
    const delivery = value.deliverySasToken === undefined ? null : tokenIn(value.deliverySasToken);
    return {
      ok: true,
      value: {
        kind: 'azure-sas',
        sasToken: tokenIn(value.sasToken).token,
        ...(delivery && { deliverySasToken: delivery.token }),
      },
    };
  },
  describe,
  facts,
  preview,
  delivery: credential =>
    'deliverySas' in credential && credential.deliverySas === null ? 'relay' : 'direct',
  expiries,
  warnings: (credential, writes) =>
    credential.kind === 'azure-sas' ? broadWarning(credential.sas, writes) : [],
  abilities: abilitiesOf,
};

const NO_DELIVERY_TOKEN: Reading<never> = {
  ok: false,
  code: 'invalid_request',
  field: 'deliverySasToken',
  message:
    'Mooring’s server never touches the data of a client-only connection, so browsers need a delivery token to read it. There is none.',
  fix: 'Add a delivery token that grants Read on objects and nothing more: a SAS of the container, or an account SAS with service Blob and resource type Object. Or use an app registration.',
};

/** A token that was judged already. */
function tokenIn(text: string): ParsedSas {
  const sas = parseSas(text);
  if (!sas.ok) throw new Error('A stored token cannot be read.');
  return sas;
}

function describe(credential: AzureCredential): string {
  switch (credential.kind) {
    case 'azure-app':
      return `the app registration ${credential.clientId} with a client secret`;
    case 'azure-app-certificate':
      return `the app registration ${credential.clientId} with the certificate ${credential.thumbprint}`;
    case 'azure-app-federated':
      return `the app registration ${credential.clientId} with the workload identity of this installation`;
    case 'azure-mooring-app':
      return `the app of this installation in the tenant ${credential.tenantId}`;
    case 'azure-managed-identity':
      return 'the managed identity of the machine';
    case 'azure-cli':
      return 'the person signed in with the Azure CLI';
    case 'azure-sas': {
      const { type, expiresAt } = credential.sas;
      const delivery = credential.deliverySas ? ' and a delivery token' : '';
      const end = expiresAt ? ` that ends at ${expiresAt}` : '';
      return `${type === 'account' ? 'an' : 'a'} ${type} SAS token${end}${delivery}`;
    }
  }
}

function facts(credential: AzureCredential): ReturnType<typeof azureCredentials.facts> {
  const label = wayOf(credential.kind)!.label;
  if (credential.kind === 'azure-sas') {
    return [
      { name: 'Credential', value: `${label}: ${sasWords(credential.sas)}` },
      ...(credential.deliverySas
        ? [{ name: 'Delivery token', value: sasWords(credential.deliverySas) }]
        : []),
    ];
  }
  const tenantId = 'tenantId' in credential ? credential.tenantId : null;
  const clientId = 'clientId' in credential ? credential.clientId : null;
  return [
    { name: 'Credential', value: label },
    ...(tenantId === null ? [] : [{ name: 'Tenant', value: tenantId, isId: true }]),
    ...(clientId === null ? [] : [{ name: 'Client', value: clientId, isId: true }]),
    ...(credential.kind === 'azure-app-certificate'
      ? [
          { name: 'Certificate', value: credential.thumbprint, isId: true },
          { name: 'Expires', value: credential.expiresAt },
        ]
      : []),
  ];
}

/** Before a token is pasted: as one would be that the commands make. */
const ASKED_FOR: SasSummary = {
  type: 'account',
  version: '',
  permissions: 'rl',
  services: 'b',
  resourceTypes: 'co',
  startsAt: null,
  expiresAt: null,
  ipRange: null,
  protocol: null,
  policy: null,
};

function preview(typed: CredentialInput): ReturnType<typeof azureCredentials.preview> {
  const { kind, tenantId, clientId, sasToken, deliverySasToken } = typed;
  if (kind !== 'azure-sas') return { kind, tenantId, clientId } as AzureCredential;
  const summaryOf = (token: unknown): SasSummary => {
    const sas = parseSas(String(token ?? ''));
    return sas.ok ? sas.summary : ASKED_FOR;
  };
  // The second token may be wanted and not be there yet.
  const deliverySas = deliverySasToken === undefined ? null : summaryOf(deliverySasToken);
  return { kind, sas: summaryOf(sasToken), deliverySas };
}

/** The ends that can be seen. Azure does not say when a client secret ends. */
function expiries(credential: AzureCredential): Expiry[] {
  const of = (which: Expiry['which'], what: string, at: string | null | undefined): Expiry[] =>
    at ? [{ which, what, at: new Date(at) }] : [];
  if (credential.kind === 'azure-app-certificate') return of('main', 'certificate', credential.expiresAt);
  if (credential.kind !== 'azure-sas') return [];
  return [
    ...of('main', 'SAS token', credential.sas.expiresAt),
    ...of('delivery', 'delivery token', credential.deliverySas?.expiresAt),
  ];
}

/** More than Mooring needs is more than can be lost. Reading and setting tags is no harm. */
function broadWarning({ permissions }: SasSummary, writes: boolean): ConnectionWarning[] {
  const needed = writes ? 'rlcw' : 'rl';
  const harmless = `${needed}tf`;
  const words = Array.from(permissions, letter =>
    harmless.includes(letter) ? undefined : PERMISSIONS[letter],
  ).filter(word => word !== undefined);
  if (words.length === 0) return [];
  return [
    {
      code: 'too_broad',
      message: `The SAS token may also ${listWords(words)} (sp=${permissions}); Mooring needs no more than sp=${needed}.`,
      fix: `Make a token with the permissions ${writes ? 'Read, List, Create and Write' : 'Read and List'}, and replace this one.`,
      at: null,
    },
  ];
}
