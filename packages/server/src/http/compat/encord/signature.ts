import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { unauthenticated } from '../../../access/caller.ts';
import type { MooringError } from '../../../platform/problem.ts';

/** How far the client's clock may be from ours. For so long a request that was overheard could be sent once more. */
const SKEW_SECONDS = 300;
const COVERED = '("@method" "@request-target" "content-digest")';
const PARAMS =
  /^encord-sig=(\("@method" "@request-target" "content-digest"\);created=(\d{1,12});keyid="([0-9a-f]{64})";alg="ed25519")$/;
const SIGNATURE = /^encord-sig=:([A-Za-z0-9+/]{86}==):$/;
const DIGEST = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

export interface SignedRequest {
  method: string;
  /** Path and query as they were sent. */
  target: string;
  headers: IncomingHttpHeaders;
}

/** What the headers of a signed request say, before it is known whether the signature is right. */
export interface ClaimedSignature {
  /** 32 bytes. */
  publicKey: Buffer;
  /** Covers method, target, digest and time; not the host. */
  base: string;
  signature: Buffer;
  /** The SHA-256 of the body, as base64. */
  digest: string;
}

/**
 * Reads the signature of a request, as the client of Encord makes it after an early draft of
 * https://www.rfc-editor.org/rfc/rfc9421.
 * @param now seconds since 1970
 * @throws MooringError `unauthenticated` where it is none, or was made at another time
 */
export function readSignature({ method, target, headers }: SignedRequest, now: number): ClaimedSignature {
  const [, params, created, keyId] = PARAMS.exec(one(headers['signature-input'])) ?? [];
  const [, signature] = SIGNATURE.exec(one(headers.signature)) ?? [];
  const contentDigest = one(headers['content-digest']);
  const [, digest] = DIGEST.exec(contentDigest) ?? [];
  if (!params || !signature || !digest) throw malformed();
  if (Math.abs(now - Number(created)) > SKEW_SECONDS) throw untimely(Number(created), now);
  const base = [
    `"@method": ${method}`,
    `"@request-target": ${target}`,
    `"content-digest": ${contentDigest}`,
    `"@signature-params": ${params}`,
  ].join('\n');
  return { publicKey: Buffer.from(keyId!, 'hex'), base, signature: Buffer.from(signature, 'base64'), digest };
}

/** @throws MooringError `unauthenticated` where the key did not make the signature */
export function checkSignature({ publicKey, base, signature }: Omit<ClaimedSignature, 'digest'>): void {
  if (!verify(null, Buffer.from(base), toKey(publicKey), signature)) throw forged();
}

/** The SHA-256 of a text, as base64. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64');

/** An ed25519 key, from its 32 bytes. */
export const toKey = (publicKey: Buffer): KeyObject =>
  createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
  });

const one = (header: string | string[] | undefined): string => (typeof header === 'string' ? header : '');

const malformed = (): MooringError =>
  unauthenticated(`The request is not signed as expected: encord-sig over ${COVERED} with ed25519.`, {
    fix: 'Give the client an ed25519 key that is registered in Settings under SSH keys, or an API token with create_with_bearer_token.',
  });

const untimely = (created: number, now: number): MooringError =>
  unauthenticated(
    `The request was signed ${Math.abs(now - created)} seconds ${created < now ? 'ago' : 'in the future'}; at most ${SKEW_SECONDS} are possible.`,
    { fix: 'Set the clock of the machine that runs the client, and sign each request anew.' },
  );

export const forged = (): MooringError =>
  unauthenticated('The signature is not of this request and this SSH key.', {
    fix: 'Check that nothing between client and server changes the path, and that the key is the registered one.',
  });
