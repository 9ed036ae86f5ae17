import type { CredentialWay, FormField } from '@mooring/storage';
import type { AzureCredentialKind } from '../schemas.ts';
import {
  judgeClientId,
  judgeClientSecret,
  judgeIdentityClientId,
  judgePem,
  judgeTenantId,
  judgeToken,
} from './judges.ts';

const tenantOfApp: FormField = {
  name: 'tenantId',
  label: 'Tenant id',
  hint: '“Directory (tenant) ID” on the app’s overview.',
  judge: judgeTenantId,
};
const clientOfApp: FormField = {
  name: 'clientId',
  label: 'Client id',
  hint: '“Application (client) ID” on the app’s overview.',
  judge: judgeClientId,
};

const always = () => true;
const never = { isShared: false, isPersonal: false, isGranted: true, consent: null } as const;

/** The ways to let Mooring in, the best first. */
export const AZURE_WAYS: readonly (CredentialWay & { id: AzureCredentialKind })[] = [
  {
    id: 'azure-mooring-app',
    label: 'Mooring’s app',
    words: 'the app of this installation',
    grants:
      'Consent once to the app of this Mooring, and grant it a role on the container. No secret to keep.',
    cannot:
      'Mooring reads nothing until the role is granted and the account’s owner has said that this workspace is wanted.',
    operator: '`MOORING_APP_CLIENT_ID`, with `MOORING_APP_CERTIFICATE_FILE` or `MOORING_APP_CLIENT_SECRET`',
    isOffered: ({ mooringApp }) => mooringApp != null,
    isShared: true,
    isPersonal: false,
    isGranted: true,
    fields: [
      {
        name: 'tenantId',
        label: 'Tenant id',
        hint: 'The directory that the storage account belongs to. Consent fills it in; az account show prints it.',
        judge: judgeTenantId,
      },
    ],
    consent: {
      text: 'An administrator of the directory consents to the app of this Mooring. Azure asks them, and sends you back here. The app asks for no permission in the directory. You grant below what it may read.',
      button: 'Connect to Azure',
      who: 'a person with the role Cloud Application Administrator, or Global Administrator',
      where: 'in the directory',
      answer: 'tenant',
      fills: 'tenantId',
    },
  },
  {
    id: 'azure-managed-identity',
    label: 'Managed identity',
    words: 'the managed identity of the machine',
    grants:
      'The identity that Azure gave the machine Mooring runs on gets a role on the container. No secret to keep.',
    cannot:
      'Works only in the directory of that machine, after the account’s owner has said that it is wanted.',
    operator: '`MOORING_MANAGED_IDENTITY=true`, on a machine in Azure that has an identity',
    isOffered: ({ managedIdentity }) => managedIdentity === true,
    isShared: true,
    isPersonal: false,
    isGranted: true,
    fields: [
      {
        name: 'clientId',
        label: 'Client id of the identity',
        hint: 'Only for a user-assigned identity. Empty: the one of the machine itself.',
        optional: true,
        judge: judgeIdentityClientId,
      },
    ],
    consent: null,
  },
  {
    id: 'azure-app-federated',
    label: 'App registration without a secret',
    words: 'an app registration that trusts this installation',
    grants:
      'An app of your own that trusts this Mooring’s workload identity. Reads one container; no secret to keep.',
    cannot: 'Works after the account’s owner has said that this workspace is wanted.',
    operator: '`MOORING_FEDERATED_TOKEN_FILE`: a token of the platform that it runs on, such as Kubernetes',
    isOffered: ({ federation }) => federation != null,
    isShared: true,
    isPersonal: false,
    isGranted: true,
    fields: [tenantOfApp, clientOfApp],
    consent: null,
  },
  {
    id: 'azure-app',
    label: 'App registration with a secret',
    words: 'an app registration with a client secret',
    grants:
      'An app of your own reads one container. Each URL that a browser gets opens one object, for some minutes.',
    cannot: 'The secret expires after two years at most. Then you enter a new one here.',
    operator: null,
    isOffered: always,
    ...never,
    fields: [
      tenantOfApp,
      clientOfApp,
      {
        name: 'clientSecret',
        label: 'Client secret',
        hint: 'Its value. It is stored encrypted and never shown again.',
        secret: true,
        judge: judgeClientSecret,
      },
    ],
  },
  {
    id: 'azure-app-certificate',
    label: 'App registration with a certificate',
    words: 'an app registration with a certificate',
    grants: 'The same, with a certificate instead of the secret. Many companies ask for this.',
    cannot: 'Works until the certificate expires. Turn encrypted keys and .pfx files into PEM first.',
    operator: null,
    isOffered: always,
    ...never,
    fields: [
      tenantOfApp,
      clientOfApp,
      {
        name: 'certificatePem',
        label: 'Certificate and private key',
        hint: 'PEM: paste it, drop the files here, or choose them. It is stored encrypted and never shown again.',
        example: '-----BEGIN CERTIFICATE-----',
        secret: true,
        file: '.pem,.crt,.cer,.key,.txt',
        judge: judgePem,
      },
    ],
  },
  {
    id: 'azure-cli',
    label: 'Azure CLI sign-in',
    words: 'the person signed in with the Azure CLI',
    grants: 'For trying it out on your own machine: Mooring reads as the person signed in with az login.',
    cannot: 'Stops when that person signs out. Not for a team.',
    operator: '`MOORING_AZURE_CLI=true`, on a machine where a person is signed in with `az login`',
    isOffered: ({ azureCli }) => azureCli === true,
    isShared: true,
    isPersonal: true,
    isGranted: true,
    fields: [
      {
        name: 'tenantId',
        label: 'Tenant id',
        hint: 'Only where the person has several directories. Empty: the one that az login chose.',
        optional: true,
        judge: judgeTenantId,
      },
    ],
    consent: null,
  },
  {
    id: 'azure-sas',
    label: 'SAS token',
    words: 'a SAS token',
    grants: 'Quick to make, also without the right to register apps. Works until it expires.',
    cannot:
      'Cannot be limited: an account SAS reaches every container. So Mooring keeps it on the server and streams the bytes itself.',
    operator: null,
    isOffered: always,
    ...never,
    isGranted: false,
    replace: 'Update SAS token',
    fields: [
      {
        name: 'sasToken',
        label: 'SAS token',
        hint: 'As Azure gives it, with or without the leading “?”. It is stored encrypted and never shown again.',
        secret: true,
        judge: judgeToken('list-and-read'),
      },
      {
        name: 'deliverySasToken',
        label: 'Delivery token',
        hint: 'Service Blob, resource type Object, permission Read, and no others.',
        secret: true,
        optional: true,
        behind: {
          label: 'Load straight from the storage, with a second token',
          isOn: ({ deliverySas }) => deliverySas != null,
          hint: 'A URL with a SAS allows everything that the SAS allows. A second token that can only read objects may go to browsers. Anyone who sees such a URL can read every object whose name they know, until the token expires.',
        },
        judge: judgeToken('delivery'),
      },
    ],
  },
];

export const wayOf = (kind: string): CredentialWay | undefined => AZURE_WAYS.find(({ id }) => id === kind);
