import type { OpenKind, ServerKind } from '@mooring/storage/server';
import { s3 } from '../kind/index.ts';
import { wayOf } from '../kind/ways.ts';
import type { S3Credential, S3CredentialInput, S3Location } from '../schemas.ts';
import { isAmazon } from '../services.ts';
import { s3Events } from './events.ts';
import { describeOffers, readInstallation } from './installation.ts';
import { createS3Provider, shownOf } from './provider.ts';
import { S3_SETTINGS, type S3Settings } from './settings.ts';

const isShared = (kind: string): boolean => wayOf(kind)?.isShared ?? true;

/**
 * The session of a role goes to Amazon, and to the host of the operator's own token service. Elsewhere it goes only where
 * that service says itself that the workspace is wanted, by the external id: a marker is what the endpoint says is there,
 * and anyone can run one that says so and passes on what is signed for it.
 */
function roleRefusal({ endpoint, browserEndpoint }: S3Location, kind: string, stsEndpoint: string | null) {
  const isTrusted = (url: string): boolean =>
    isAmazon(url) || (stsEndpoint !== null && new URL(url).origin === new URL(stsEndpoint).origin);
  if (stsEndpoint !== null && kind === 's3-role') return null;
  if (isTrusted(endpoint) && (browserEndpoint === '' || isTrusted(browserEndpoint))) return null;
  return {
    message: 'A role works at Amazon S3 only, and the endpoint is another one.',
    fix: 'Leave the endpoint empty, or use an access key.',
    field: 'endpoint',
  };
}

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
      locationRefusal: (location, { kind }) =>
        isShared(kind) ? roleRefusal(location, kind, installation.stsEndpoint) : null,
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
      events: s3Events,
      inventories: null,
    };
  },
};
