import { createHmac, timingSafeEqual } from 'node:crypto';
import { ID_PREFIXES, type IdKind } from '@mooring/contract';
import { MooringError } from '../platform/problem.ts';

const ID_CHARS = 20;
/** Seconds since 1970 in base 36: seven characters last until the year 4453. */
const END_CHARS = 7;
/** A letter for whether it is a member, a token or a link, and the rest of the id. */
const CALLER_CHARS = 1 + ID_CHARS;
const TEXT_CHARS = 2 * ID_CHARS + CALLER_CHARS + END_CHARS;
/** 128 bits of HMAC-SHA256. */
const MAC_BYTES = 16;

/** What a relay address grants: reading one asset until a moment. */
export interface AssetGrant {
  workspaceId: string;
  /** The member, token or link that it was given to. */
  callerId: string;
  assetId: string;
  expiresAt: Date;
}

/** The same for an object that need not be in the catalogue. */
export interface ObjectGrant {
  workspaceId: string;
  callerId: string;
  connectionId: string;
  container: string;
  key: string;
  expiresAt: Date;
}
export type RelayGrant = AssetGrant | ObjectGrant;

/**
 * Tokens of relay addresses: workspace, asset, caller and end, and an HMAC over them. They name the asset rather than its
 * place, so that what is unlinked or gone stops working at once.
 * @param keys the first one makes addresses, all of them are good
 */
export function createRelayAddresses(keys: () => readonly [Buffer, ...Buffer[]]) {
  const macWith = (key: Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest().subarray(0, MAC_BYTES);
  const mac = (text: string): Buffer => macWith(keys()[0], text);

  function issue({ workspaceId, assetId, callerId, expiresAt }: AssetGrant): string {
    const end = Math.floor(expiresAt.getTime() / 1000)
      .toString(36)
      .padStart(END_CHARS, '0');
    const caller = callerId[0]! + callerId.slice(-ID_CHARS);
    const text = workspaceId.slice(-ID_CHARS) + assetId.slice(-ID_CHARS) + caller + end;
    return text + mac(text).toString('base64url');
  }

  /** Longer than that of an asset, because it holds the key. */
  function issueForObject(grant: ObjectGrant): string {
    const { workspaceId, callerId, connectionId, container, key, expiresAt } = grant;
    const fields = [workspaceId, callerId, connectionId, container, key, expiresAt.getTime()];
    const text = Buffer.from(JSON.stringify(fields)).toString('base64url');
    return `${text}.${mac(`${text}.`).toString('base64url')}`;
  }

  /** @throws MooringError `forbidden` where the token is not one of ours or has expired */
  function read(token: string, now: Date): RelayGrant {
    const dot = token.indexOf('.');
    const textEnd = dot === -1 ? TEXT_CHARS : dot + 1;
    const text = token.slice(0, textEnd);
    const given = Buffer.from(token.slice(textEnd), 'base64url');
    const isOurs = (key: Buffer) => timingSafeEqual(given, macWith(key, text));
    if (given.length !== MAC_BYTES || !keys().some(isOurs)) {
      throw refused('This relay address is not valid.');
    }
    const grant = dot === -1 ? readAssetGrant(text) : readObjectGrant(text.slice(0, dot));
    if (grant.expiresAt <= now) throw refused('This relay address has expired.');
    return grant;
  }

  return { issue, issueForObject, read };
}

const readAssetGrant = (text: string): AssetGrant => ({
  workspaceId: id('workspace', text.slice(0, ID_CHARS)),
  assetId: id('asset', text.slice(ID_CHARS, 2 * ID_CHARS)),
  callerId: callerOf(text.slice(2 * ID_CHARS, 2 * ID_CHARS + CALLER_CHARS)),
  expiresAt: new Date(Number.parseInt(text.slice(2 * ID_CHARS + CALLER_CHARS), 36) * 1000),
});

/** @param text that we wrote, as its HMAC has shown */
function readObjectGrant(text: string): ObjectGrant {
  const [workspaceId, callerId, connectionId, container, key, end] = JSON.parse(
    Buffer.from(text, 'base64url').toString(),
  ) as [string, string, string, string, string, number];
  return { workspaceId, callerId, connectionId, container, key, expiresAt: new Date(end) };
}

/** Their prefixes begin with different letters. */
const CALLERS: readonly IdKind[] = ['member', 'token', 'link'];
const callerOf = (text: string): string =>
  id(CALLERS.find(kind => ID_PREFIXES[kind][0] === text[0])!, text.slice(1));

const id = (kind: IdKind, rest: string): string => `${ID_PREFIXES[kind]}_${rest}`;

const refused = (message: string): MooringError =>
  new MooringError('forbidden', message, { fix: 'Ask for a new URL of the asset.' });
