import { deflateRawSync } from 'node:zlib';

type Value = string | number | Uint8Array;
/** Tag, VR and value. */
export type TestElement = [tag: number, vr: string, value: Value];

const LONG = new Set(['OB', 'OW', 'SQ', 'UN']);

export interface TestFile {
  transferSyntax: string;
  preamble?: boolean;
  meta?: boolean;
}

export const SYNTAX = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  bigEndian: '1.2.840.10008.1.2.2',
  jpeg: '1.2.840.10008.1.2.4.50',
};

/** A DICOM file. A value of bytes with the VR `SQ` or `OB*` is written with unknown length. */
export function dicomFile(
  { transferSyntax, preamble = true, meta = true }: TestFile,
  elements: readonly TestElement[],
): Buffer {
  const isExplicit = transferSyntax !== SYNTAX.implicit;
  const isLittle = transferSyntax !== SYNTAX.bigEndian;
  const body = Buffer.concat(elements.map(element => elementBytes(element, isExplicit, isLittle)));
  return Buffer.concat([
    preamble ? Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]) : Buffer.alloc(0),
    meta ? elementBytes([0x00020010, 'UI', transferSyntax], true, true) : Buffer.alloc(0),
    transferSyntax === SYNTAX.deflated ? deflateRawSync(body) : body,
  ]);
}

export function elementBytes(
  [tag, name, value]: TestElement,
  isExplicit: boolean,
  isLittle: boolean,
): Buffer {
  const isOpen = name.endsWith('*');
  const vr = name.slice(0, 2);
  const content = valueBytes(value, isLittle);
  const length = isOpen ? 0xffffffff : content.length;
  const isMark = tag >>> 16 === 0xfffe;
  const isLong = isExplicit && LONG.has(vr) && !isMark;
  const header = Buffer.alloc(isLong ? 12 : 8);
  const write16 = (number: number, at: number) =>
    isLittle ? header.writeUInt16LE(number, at) : header.writeUInt16BE(number, at);
  const write32 = (number: number, at: number) =>
    isLittle ? header.writeUInt32LE(number, at) : header.writeUInt32BE(number, at);
  write16(tag >>> 16, 0);
  write16(tag & 0xffff, 2);
  if (isExplicit && !isMark) header.write(vr, 4, 'latin1');
  if (isLong) write32(length, 8);
  else if (isExplicit && !isMark) write16(length, 6);
  else write32(length, 4);
  return Buffer.concat([header, content]);
}

function valueBytes(value: Value, isLittle: boolean): Uint8Array {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(2);
    if (isLittle) bytes.writeUInt16LE(value);
    else bytes.writeUInt16BE(value);
    return bytes;
  }
  if (typeof value !== 'string') return value;
  return Buffer.from(value.length % 2 === 0 ? value : `${value}\0`, 'latin1');
}
