import { setTimeout as pause } from 'node:timers/promises';
import type { CheckId } from '@mooring/contract';
import { createAppCertificate } from '@mooring/emulators';
import type { Cause } from '../cause.ts';
import { CONTAINER, PREFIX, RENDITIONS } from '../place.ts';
import {
  answerInClear,
  hangUp,
  sayNothing,
  showUntrustedCertificate,
  showWrongCertificate,
} from '../servers.ts';
import type { AzurePlace, AzurePlaceOptions } from './place.ts';

/** `place` says how the place itself differs. */
export type AzureCause = Cause<AzurePlace> & { place?: AzurePlaceOptions };

const DAY_MS = 86_400_000;
const inMs = (ms: number) => new Date(Date.now() + ms);

// What depends on a layer, with the app registration that signs URLs.
const AFTER_LIST: CheckId[] = ['head', 'range', 'sign', 'fetch', 'preflight', 'survey'];
const AFTER_CREDENTIAL: CheckId[] = ['list', ...AFTER_LIST];
const AFTER_TLS: CheckId[] = ['clock', ...AFTER_CREDENTIAL];
const AFTER_DNS: CheckId[] = ['tls', ...AFTER_TLS];
// With a SAS token alone nothing is signed.
const AFTER_LIST_BY_SAS: CheckId[] = ['head', 'range', 'survey'];
const AFTER_CREDENTIAL_BY_SAS: CheckId[] = ['list', ...AFTER_LIST_BY_SAS];
/** What cannot be tried without an object. */
const NO_SAMPLE: CheckId[] = ['head', 'range', 'sign', 'fetch'];
const AFTER_FETCH_IN_BROWSER: CheckId[] = ['range', 'headers', 'media'];

const OTHER_SIGNATURE = `sig=${encodeURIComponent(Buffer.alloc(32, 7).toString('base64'))}`;

const SET_TIME = 'timedatectl set-ntp true';
const NEW_TOKEN = 'az storage account generate-sas';
const CORS = '"allowedOrigins":["http://127.0.0.1:';

/** What can be wrong with a storage account of Azure. */
export const azureCauses: AzureCause[] = [
  // The way to the storage.
  {
    cause: 'the account’s name is wrong',
    connect: ({ at, account }) => at(`https://${account.name}x.blob.invalid`),
    server: {
      check: 'dns',
      says: 'There is no host named',
      fix: 'az storage account list',
      skipped: AFTER_DNS,
    },
  },
  {
    cause: 'nothing listens at the endpoint',
    connect: ({ at, account }) => at(`https://127.0.0.1:1/${account.name}`),
    server: {
      check: 'tls',
      says: 'refused the connection',
      fix: 'firewalls and proxies',
      skipped: AFTER_TLS,
    },
  },
  {
    cause: 'a proxy drops requests',
    connect: async place => place.at(`https://${await sayNothing(place)}/${place.account.name}`),
    server: {
      check: 'tls',
      says: 'did not answer within 10 seconds',
      fix: 'firewalls and proxies',
      skipped: AFTER_TLS,
    },
  },
  {
    cause: 'a proxy breaks connections off',
    connect: async place => place.at(`https://${await hangUp(place)}/${place.account.name}`),
    server: {
      check: 'tls',
      says: 'closed the connection',
      fix: 'firewalls and proxies',
      skipped: AFTER_TLS,
    },
  },
  {
    cause: 'the port does not speak TLS',
    connect: async place => place.at(`https://${await answerInClear(place)}/${place.account.name}`),
    server: {
      check: 'tls',
      says: 'does not answer as a secure server',
      fix: 'Check the port',
      skipped: AFTER_TLS,
    },
  },
  {
    cause: 'the certificate is of an unknown authority',
    connect: async place =>
      place.at(`https://${await showUntrustedCertificate(place)}/${place.account.name}`),
    server: {
      check: 'tls',
      says: 'an authority that Mooring does not trust',
      fix: 'NODE_EXTRA_CA_CERTS',
      skipped: AFTER_TLS,
    },
  },
  {
    cause: 'the certificate has expired',
    connect: async place =>
      place.at(`https://${await showWrongCertificate(place, place.expired)}/${place.account.name}`),
    server: { check: 'tls', says: 'has expired', fix: 'Renew the certificate', skipped: AFTER_TLS },
  },
  {
    cause: 'the certificate is for another name',
    connect: async place =>
      place.at(`https://${await showWrongCertificate(place, place.misnamed)}/${place.account.name}`),
    server: { check: 'tls', says: 'is for another name', fix: 'host name', skipped: AFTER_TLS },
  },
  {
    cause: 'the clocks differ',
    place: { now: () => inMs(600_000) },
    server: { check: 'clock', says: '10 minutes behind', fix: SET_TIME, skipped: AFTER_CREDENTIAL },
  },

  // Who Mooring is.
  {
    cause: 'the tenant is unknown',
    connect: ({ app }) => ({ credential: { ...app, tenantId: '00000000-0000-4000-8000-00000000000b' } }),
    server: {
      check: 'credential',
      says: 'knows no tenant',
      fix: 'az account show',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the app is unknown',
    connect: ({ app }) => ({ credential: { ...app, clientId: '00000000-0000-4000-8000-00000000000a' } }),
    server: {
      check: 'credential',
      says: 'no app with the client ID',
      fix: 'az ad sp create',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the tenant has not consented to the app',
    breaks({ application }) {
      application.servicePrincipals = {};
    },
    server: {
      check: 'credential',
      says: 'no service principal in the tenant',
      fix: 'az ad sp create',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the client secret is wrong',
    connect: ({ app }) => ({ credential: { ...app, clientSecret: 'not-the-secret-7Q~' } }),
    server: {
      check: 'credential',
      says: 'is not one of the app',
      fix: 'az ad app credential reset',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the client secret has expired',
    breaks({ application }) {
      application.secrets[0]!.expired = true;
    },
    server: {
      check: 'credential',
      says: 'has expired',
      fix: 'az ad app credential reset',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the certificate is not one of the app’s',
    connect: async ({ app: { tenantId, clientId } }) => {
      const { pem: certificatePem } = await createAppCertificate();
      return { credential: { kind: 'azure-app-certificate', tenantId, clientId, certificatePem } };
    },
    server: {
      check: 'credential',
      says: 'certificate is not one of the app',
      fix: 'certificate',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the owner has not said that this workspace is wanted',
    connect: ({ tenant }) => ({ credential: { kind: 'azure-mooring-app', tenantId: tenant } }),
    server: {
      check: 'ownership',
      says: 'Nothing says that the owner',
      fix: 'az storage blob upload',
      skipped: ['dns', ...AFTER_DNS],
    },
  },

  // What it may do.
  {
    cause: 'the role to list is missing',
    breaks: ({ grant }) => grant('read', 'delegate'),
    server: {
      check: 'list',
      says: 'may not list',
      fix: '--role "Storage Blob Data Reader"',
      skipped: AFTER_LIST,
    },
  },
  {
    cause: 'the role to read is missing',
    breaks: ({ grant }) => grant('list', 'delegate'),
    server: {
      check: 'head',
      says: 'may not read',
      fix: '--role "Storage Blob Data Reader"',
      skipped: ['range', 'fetch'],
    },
  },
  {
    cause: 'the role to sign is missing',
    breaks: ({ grant }) => grant('list', 'read'),
    server: {
      check: 'sign',
      says: 'may not make a key for signed URLs',
      fix: '--role "Storage Blob Delegator"',
      skipped: ['fetch', 'preflight'],
    },
  },
  {
    cause: 'the role to write is missing',
    connect: () => ({ renditionPrefix: RENDITIONS }),
    server: {
      check: 'write',
      says: 'may not write',
      fix: 'Storage Blob Data Contributor',
      skipped: [],
    },
  },
  {
    cause: 'the role to delete is missing',
    breaks: ({ grant }) => grant('list', 'read', 'delegate', 'write'),
    connect: () => ({ renditionPrefix: RENDITIONS }),
    server: {
      check: 'write',
      says: 'was written, but could not be deleted',
      fix: 'Storage Blob Data Contributor',
      skipped: [],
    },
  },
  {
    cause: 'a firewall or private endpoint keeps Mooring out',
    breaks({ front }) {
      front.settings.networkOpen = false;
    },
    server: {
      check: 'list',
      says: 'firewall or a private endpoint',
      fix: 'az storage account network-rule add',
      skipped: AFTER_LIST,
    },
  },
  {
    cause: 'the container’s name is wrong',
    connect: ({ connection }) => ({ location: { ...connection.location, container: 'medai' } }),
    server: {
      check: 'list',
      says: 'There is no container “medai”',
      fix: 'az storage container list',
      skipped: AFTER_LIST,
    },
  },
  {
    cause: 'the account is throttled',
    breaks({ front }) {
      front.inject({ kind: 'server-busy' }, { times: 99, when: ({ action }) => action === 'list' });
    },
    server: { check: 'list', says: 'asks for fewer requests', fix: 'other programs', skipped: AFTER_LIST },
  },

  // SAS tokens.
  {
    cause: 'the SAS token has expired',
    connect: ({ withSas }) => withSas({ expiresOn: inMs(2500) }),
    later: () => pause(3000),
    server: { check: 'credential', says: 'expired at', fix: NEW_TOKEN, skipped: AFTER_CREDENTIAL_BY_SAS },
  },
  {
    cause: 'the SAS token is not valid yet',
    connect: ({ withSas }) => withSas({ startsOn: inMs(DAY_MS) }),
    refused: { code: 'sas_not_yet_valid', says: 'is valid from', fix: 'starts a quarter of an hour ago' },
  },
  {
    cause: 'the SAS token is for other services',
    connect: ({ withSas }) => withSas({ services: 'q' }),
    refused: { code: 'sas_wrong_service', says: 'not for Blob storage', fix: 'service Blob' },
  },
  {
    cause: 'the SAS token lacks resource types',
    connect: ({ withSas }) => withSas({ resourceTypes: 'o' }),
    refused: { code: 'sas_missing_resource_type', says: 'does not reach Container', fix: 'resource types' },
  },
  {
    cause: 'the SAS token lacks the permission to list',
    connect: ({ withSas }) => withSas({ permissions: 'r' }),
    refused: { code: 'sas_missing_permission', says: 'lacks the permission List', fix: 'Read and List' },
  },
  {
    cause: 'the SAS token lacks the permission to read',
    connect: ({ withSas }) => withSas({ permissions: 'l' }),
    refused: { code: 'sas_missing_permission', says: 'lacks the permission Read', fix: 'Read and List' },
  },
  {
    cause: 'the SAS token lacks the permission to write',
    connect: ({ withSas }) => ({ ...withSas(), renditionPrefix: RENDITIONS }),
    server: {
      check: 'write',
      says: 'The SAS token may not write',
      fix: '--permissions rlcwd',
      skipped: [],
    },
  },
  {
    cause: 'the SAS token is limited to other addresses',
    connect: ({ withSas }) => withSas({ ipRange: { start: '203.0.113.1', end: '203.0.113.9' } }),
    server: {
      check: 'list',
      says: 'limited to other IP addresses',
      fix: NEW_TOKEN,
      skipped: AFTER_LIST_BY_SAS,
    },
  },
  {
    cause: 'the SAS token works over HTTPS only',
    place: { secure: false },
    connect: ({ withSas }) => withSas(),
    server: {
      check: 'list',
      says: 'works over HTTPS only',
      fix: NEW_TOKEN,
      skipped: AFTER_LIST_BY_SAS,
    },
  },
  {
    cause: 'the key that signed the SAS token was rotated',
    connect: ({ sas }) => ({
      credential: { kind: 'azure-sas', sasToken: sas().replace(/sig=[^&]+/, OTHER_SIGNATURE) },
    }),
    server: { check: 'list', says: 'signature of the SAS token', fix: NEW_TOKEN, skipped: AFTER_LIST_BY_SAS },
  },
  {
    cause: 'the account accepts no keys, and so no SAS token',
    breaks({ front }) {
      front.settings.allowSharedKey = false;
    },
    connect: ({ withSas }) => withSas(),
    server: {
      check: 'list',
      says: 'accepts no tokens that are signed with account keys',
      fix: '--allow-shared-key-access true',
      skipped: AFTER_LIST_BY_SAS,
    },
  },
  {
    cause: 'the delivery token grants more than reading objects',
    connect: ({ sas }) => ({ credential: { kind: 'azure-sas', sasToken: sas(), deliverySasToken: sas() } }),
    refused: { code: 'sas_too_broad', says: 'Besides reading objects', fix: 'permission Read only' },
  },

  // What is there.
  {
    cause: 'the prefix is empty',
    connect: ({ connection }) => ({ location: { ...connection.location, prefix: 'nowhere/' } }),
    server: {
      check: 'survey',
      status: 'warning',
      says: 'begins with “nowhere/”',
      fix: 'capitals count',
      skipped: NO_SAMPLE,
    },
  },
  {
    cause: 'the objects are in the archive tier',
    breaks: ({ owner }) => owner.setTier(CONTAINER, `${PREFIX}a.png`, 'Archive'),
    server: {
      check: 'survey',
      status: 'warning',
      says: 'in the archive tier',
      fix: 'hot, cool or cold',
      skipped: NO_SAMPLE,
    },
  },
  {
    cause: 'there are only directories',
    async breaks({ put, remove }) {
      await remove(`${PREFIX}a.png`);
      await put({ key: `${PREFIX}2026`, body: '', metadata: { hdi_isfolder: 'true' } });
    },
    server: {
      check: 'survey',
      status: 'warning',
      says: 'placeholder of directories',
      fix: 'Upload a file',
      skipped: NO_SAMPLE,
    },
  },
  {
    cause: 'a proxy does not pass Range on',
    breaks({ front }) {
      front.inject({ kind: 'ignore-range' }, { times: 99, when: ({ query }) => query.has('skoid') });
    },
    server: { check: 'fetch', says: 'no Content-Range', fix: 'proxy', skipped: [] },
    browser: {
      check: 'range',
      says: 'does not pass Range on',
      fix: 'proxy',
      skipped: ['headers'],
    },
  },

  // What browsers may do.
  {
    cause: 'CORS: there is no rule',
    breaks: ({ owner }) => owner.setCorsRules([]),
    server: { check: 'preflight', says: 'No CORS rule allows the origin', fix: CORS, skipped: [] },
    browser: { check: 'fetch', says: 'CORS: No CORS rule', fix: CORS, skipped: AFTER_FETCH_IN_BROWSER },
  },
  {
    cause: 'CORS: the rule’s origin ends in a slash',
    breaks: ({ owner, origin }) => owner.setCorsRules([{ origins: [`${origin}/`] }]),
    server: { check: 'preflight', says: 'with a slash at its end', fix: CORS, skipped: [] },
    browser: { check: 'fetch', says: 'with a slash at its end', fix: CORS, skipped: AFTER_FETCH_IN_BROWSER },
  },
  {
    cause: 'CORS: the rule is for another method',
    breaks: ({ owner, origin }) => owner.setCorsRules([{ origins: [origin], methods: 'PUT' }]),
    server: { check: 'preflight', says: 'the method PUT, but not GET', fix: CORS, skipped: [] },
    browser: {
      check: 'fetch',
      says: 'the method PUT, but not GET',
      fix: CORS,
      skipped: AFTER_FETCH_IN_BROWSER,
    },
  },
  {
    cause: 'CORS: a header is not exposed',
    breaks: ({ owner, origin }) => owner.setCorsRules([{ origins: [origin], exposedHeaders: 'etag' }]),
    server: {
      check: 'preflight',
      says: 'does not expose the header Content-Range',
      fix: CORS,
      skipped: [],
    },
    browser: { check: 'headers', says: 'cannot read Content-Range', fix: CORS, skipped: [] },
  },
  {
    cause: 'CORS: a header is not allowed',
    breaks: ({ owner, origin }) => owner.setCorsRules([{ origins: [origin], allowedHeaders: 'range' }]),
    server: {
      check: 'preflight',
      status: 'warning',
      says: 'not with the header If-None-Match',
      fix: CORS,
      skipped: [],
    },
    browser: { check: 'range', status: 'warning', says: 'CORS: A rule allows', fix: CORS, skipped: [] },
  },
  {
    cause: 'a firewall lets Mooring’s server in and no browser',
    breaks({ front }) {
      front.settings.browsersAdmitted = false;
    },
    browser: {
      check: 'fetch',
      says: 'accepts Mooring’s server and not this browser',
      fix: 'az storage account network-rule add',
      skipped: AFTER_FETCH_IN_BROWSER,
    },
  },
  {
    cause: 'the storage’s name resolves in Mooring’s network only',
    // Chromium runs with a rule that this name does not exist.
    connect: ({ at, front, account }) => at(front.endpoint(account.name).replace('127.0.0.1', 'localhost')),
    browser: {
      check: 'fetch',
      says: 'private endpoint',
      fix: 'VPN',
      skipped: AFTER_FETCH_IN_BROWSER,
    },
  },
  {
    cause: 'the object is not what its type says',
    breaks: ({ put }) => put({ key: `${PREFIX}a.png`, body: 'no picture at all', contentType: 'image/png' }),
    browser: { check: 'media', says: 'so the cause is the object', fix: 'Content-Type', skipped: [] },
  },
];
