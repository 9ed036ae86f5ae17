import { readAacConfig, type Sound } from '../../audio/aac.ts';
import { rateFrom } from '../../audio/sound-facts.ts';
import { readAv1Config, readVpConfig } from '../codecs/av1-vp9.ts';
import { readAvcConfig } from '../codecs/avc.ts';
import { readHevcConfig } from '../codecs/hevc.ts';
import type { Picture } from '../codecs/picture.ts';
import { fourCc } from './boxes.ts';
import { SOUND_ENTRIES, soundOf, VISUAL_ENTRIES } from './entries.ts';
import { readEsds, visualOf } from './esds.ts';

/** What `stsd` says of a track's samples (ISO/IEC 14496-12, 8.5.2). */
export interface SampleEntry {
  /** Such as `avc1`; that of the original where the track is encrypted. */
  type: string;
  isEncrypted: boolean;
  picture: Picture;
  sound?: Sound;
}

type Parts = Map<string, Uint8Array>;

/**
 * Reads the first sample entry of a track.
 * @param handler `vide` or `soun`; other tracks have only a type
 * @param stsd its content, version and flags included
 */
export function readSampleEntry(stsd: DataView, handler: string): SampleEntry {
  const bytes = new Uint8Array(stsd.buffer, stsd.byteOffset, stsd.byteLength);
  const type = fourCc(bytes, 12);
  const size = bytes.length >= 16 ? stsd.getUint32(8) : 0;
  const entry = bytes.subarray(8, 8 + size);
  if (handler === 'vide' && entry.length >= 86) return readVisual(entry, type);
  if (handler === 'soun' && entry.length >= 36) return readAudible(entry, type);
  return { type, isEncrypted: false, picture: {} };
}

function readVisual(entry: Uint8Array, entryType: string): SampleEntry {
  const view = viewOf(entry);
  const parts = partsOf(entry, 86);
  const type = entryType === 'encv' ? originalOf(parts) : entryType;
  const stated = { width: view.getUint16(32), height: view.getUint16(34) };
  const picture: Picture = { codec: type, ...pictureOf(type, parts) };
  picture.width ||= stated.width;
  picture.height ||= stated.height;
  return { type, isEncrypted: entryType === 'encv', picture };
}

function pictureOf(type: string, parts: Parts): Picture {
  const part = (name: string) => parts.get(name) ?? new Uint8Array();
  if (parts.has('avcC')) return readAvcConfig(part('avcC'), type);
  if (parts.has('hvcC')) return readHevcConfig(part('hvcC'), type);
  if (parts.has('av1C')) return readAv1Config(part('av1C'));
  if (parts.has('vpcC')) return readVpConfig(part('vpcC').subarray(4), type);
  if (parts.has('esds')) return visualOf(readEsds(part('esds')), type);
  return VISUAL_ENTRIES[type] ?? {};
}

/** QuickTime's entries of version 1 and 2 have more fields than those of ISO (QuickTime File Format, Sound Media). */
function readAudible(entry: Uint8Array, entryType: string): SampleEntry {
  const view = viewOf(entry);
  const version = view.getUint16(16);
  const isLong = version === 2 && entry.length >= 72;
  const parts = partsOf(entry, version === 1 ? 52 : isLong ? 72 : 36);
  const type = entryType === 'enca' ? originalOf(parts) : entryType;
  const sound = {
    channels: isLong ? view.getUint32(48) : view.getUint16(24),
    sampleRateHz: isLong ? (rateFrom(view.getFloat64(40)) ?? 0) : view.getUint16(32),
    bitDepth: isLong ? view.getUint32(56) : view.getUint16(26),
    flags: isLong ? view.getUint32(60) : 0,
  };
  return { type, isEncrypted: entryType === 'enca', picture: {}, sound: soundIn(type, parts, sound) };
}

function soundIn(type: string, parts: Parts, stated: StatedSound): Sound {
  const inner = new Map([...partsOf(parts.get('wave') ?? new Uint8Array(), 0), ...parts]);
  const alac = inner.get('alac');
  if (type === 'alac' && alac && alac.length >= 28) return readAlac(viewOf(alac));
  const flac = inner.get('dfLa');
  if (flac && flac.length >= 26) stated.bitDepth = (((flac[20]! & 1) << 4) | (flac[21]! >> 4)) + 1;
  stated.channels = dolbyChannels(inner) ?? stated.channels;
  const esds = inner.get('esds');
  if (!esds) return soundOf(type, stated, inner);
  const { objectType, config } = readEsds(esds);
  const aac = objectType === 0x40 && config.length >= 2 ? readAacConfig(config) : undefined;
  const { channels, sampleRateHz } = stated;
  return {
    audioCodec: aac?.audioCodec ?? SOUND_ENTRIES[objectType.toString(16)] ?? 'aac',
    channels: aac?.channels ?? channels,
    sampleRateHz: aac?.sampleRateHz ?? sampleRateHz,
  };
}

export interface StatedSound {
  channels: number;
  sampleRateHz: number;
  bitDepth: number;
  /** `formatSpecificFlags` of QuickTime's linear PCM. */
  flags: number;
}

/** Channels of AC-3's `acmod`, without the low-frequency one. */
const DOLBY_CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];

/** AC-3 and E-AC-3 say in a box of their own how many channels there are (ETSI TS 102 366, F.4 and F.6). */
function dolbyChannels(parts: Parts): number | undefined {
  const ac3 = parts.get('dac3');
  if (ac3 && ac3.length >= 3) return DOLBY_CHANNELS[(ac3[1]! >> 3) & 7]! + ((ac3[1]! >> 2) & 1);
  const eac3 = parts.get('dec3');
  if (eac3 && eac3.length >= 5) return DOLBY_CHANNELS[(eac3[3]! >> 1) & 7]! + (eac3[3]! & 1);
  return undefined;
}

/** Apple Lossless, "magic cookie". */
function readAlac(cookie: DataView): Sound {
  return {
    audioCodec: 'alac',
    bitDepth: cookie.getUint8(9),
    channels: cookie.getUint8(13),
    sampleRateHz: cookie.getUint32(24),
  };
}

/** The boxes inside an entry, by type; the first of each. */
function partsOf(entry: Uint8Array, from: number): Parts {
  const parts: Parts = new Map();
  const view = viewOf(entry);
  for (let at = from; at + 8 <= entry.length; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > entry.length) break;
    const type = fourCc(entry, at + 4);
    if (!parts.has(type)) parts.set(type, entry.subarray(at + 8, at + size));
    at += size;
  }
  return parts;
}

/** `sinf/frma` names what an encrypted entry was. */
function originalOf(parts: Parts): string {
  const format = partsOf(parts.get('sinf') ?? new Uint8Array(), 0).get('frma');
  return format && format.length >= 4 ? fourCc(format, 0) : 'encv';
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
