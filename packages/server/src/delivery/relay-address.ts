import { createHmac, timingSafeEqual } from 'node:crypto';
import { ID_PREFIXES, type IdKind } from '@mooring/contract';
import { MooringError } from '../platform/problem.ts';

const ID_CHARS = 20;
/** Seconds since 1970 in base 36: seven characters last until the year 4453. */
const END_CHARS = 7;
const TEXT_CHARS = 2 * ID_CHARS + END_CHARS;
/** 128 bits of HMAC-SHA256. */
const MAC_BYTES = 16;

/** What a relay address grants: reading one asset until a moment. */
export interface RelayGrant {
  workspaceId: string;
  assetId: string;
  expiresAt: Date;
}

/**
 * Tokens of relay addresses: workspace, asset and end, and an HMAC over them. They name the asset rather than its
 * place, so that what is unlinked or gone stops working at once.
 */
export function createRelayAddresses(key: Buffer) {
  const mac = (text: string): Buffer =>
    createHmac('sha256', key).update(text).digest().subarray(0, MAC_BYTES);

  function issue({ workspaceId, assetId, expiresAt }: RelayGrant): string {
    const end = Math.floor(expiresAt.getTime() / 1000)
      .toString(36)
      .padStart(END_CHARS, '0');
    const text = workspaceId.slice(-ID_CHARS) + assetId.slice(-ID_CHARS) + end;
    return text + mac(text).toString('base64url');
  }

  /** @throws MooringError `forbidden` where the token is not one of ours or has expired */
  function read(token: string, now: Date): RelayGrant {
    const text = token.slice(0, TEXT_CHARS);
    const given = Buffer.from(token.slice(TEXT_CHARS), 'base64url');
    if (given.length !== MAC_BYTES || !timingSafeEqual(given, mac(text))) {
      throw refused('This relay address is not valid.');
    }
    const expiresAt = new Date(Number.parseInt(text.slice(2 * ID_CHARS), 36) * 1000);
    if (expiresAt <= now) throw refused('This relay address has expired.');
    return {
      workspaceId: id('workspace', text.slice(0, ID_CHARS)),
      assetId: id('asset', text.slice(ID_CHARS, 2 * ID_CHARS)),
      expiresAt,
    };
  }

  return { issue, read };
}

const id = (kind: IdKind, rest: string): string => `${ID_PREFIXES[kind]}_${rest}`;

const refused = (message: string): MooringError =>
  new MooringError('forbidden', message, { fix: 'Ask for a new URL of the asset.' });
