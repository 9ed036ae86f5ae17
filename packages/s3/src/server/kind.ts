import type { OpenKind, ServerKind } from '@mooring/storage/server';
import { s3 } from '../kind/index.ts';
import { wayOf } from '../kind/ways.ts';
import type { S3Credential, S3CredentialInput, S3Location } from '../schemas.ts';
import { isAmazon } from '../services.ts';
import { describeOffers, readInstallation } from './installation.ts';
import { createS3Provider, shownOf } from './provider.ts';
import { S3_SETTINGS, type S3Settings } from './settings.ts';

const isShared = (kind: string): boolean => wayOf(kind)?.isShared ?? true;

/** Amazon S3 and what speaks like it, in a server. */
export const s3Server: ServerKind<S3Location, S3Credential, S3CredentialInput> = {
  kind: s3,
  settings: S3_SETTINGS,
  // Names below them that are no bucket's are given to machines of customers, so only these two.
  domains: ['s3.amazonaws.com', '.s3.amazonaws.com'],
  async open(deps): Promise<OpenKind<S3Location, S3Credential, S3CredentialInput>> {
    const installation = readInstallation(deps.settings as unknown as S3Settings);
    const { guard, signInGuard, clock } = deps;
    const isOffered = (kind: string): boolean =>
      kind === 's3-role'
        ? installation.principal !== null
        : kind === 's3-web-identity'
          ? installation.webIdentityTokenFile !== null
          : true;
    return {
      offers: () => describeOffers(installation, deps.note),
      // The session of a role goes to Amazon and nowhere else; with a token service of their own, operators decide.
      locationRefusal: ({ endpoint, browserEndpoint }, { kind }) =>
        isShared(kind) &&
        installation.stsEndpoint === null &&
        !(isAmazon(endpoint) && (browserEndpoint === '' || isAmazon(browserEndpoint)))
          ? {
              message: 'A role works at Amazon S3 only, and the endpoint is another one.',
              fix: 'Leave the endpoint empty, or use an access key.',
              field: 'endpoint',
            }
          : null,
      readCredential(typed, context) {
        const read = s3.credentials.read(typed, context);
        if (!read.ok) return read;
        if (!isOffered(typed.kind))
          return {
            ...{ ok: false, code: 'credential_unavailable', field: 'kind' },
            message: 'This installation has no identity that a role could trust.',
            fix: 'Ask its operator to set one, or use an access key.',
          };
        return { ok: true, value: { shown: shownOf(read.value), sealed: read.value } };
      },
      createProvider: ({ fresh: _, ...options }) =>
        createS3Provider({ ...options, installation, guard, signInGuard, clock }),
      signIns: null,
      events: null,
      inventories: null,
    };
  },
};
