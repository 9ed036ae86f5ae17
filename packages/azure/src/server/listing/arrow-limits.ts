import { unreadable } from '@mooring/storage/objects';

const MOST_FIELDS = 500;
const DEEPEST = 8;

/** Slots of the tables that Arrow describes itself with. https://github.com/apache/arrow/tree/main/format */
const MESSAGE = { headerType: 1, header: 2, bodyLength: 3 };
const SCHEMA = { fields: 1, metadata: 2 };
const FIELD = { children: 5, metadata: 6 };
const BATCH = { length: 0, nodes: 1, buffers: 2, variadicCounts: 4 };
const DICTIONARY = { data: 1 };
const HEADER = { schema: 1, dictionaryBatch: 2, recordBatch: 3 };

/**
 * Refuses an Arrow stream whose own description promises more than its bytes can hold: the library believes it,
 * and would reserve memory until the process dies.
 * @throws ProviderError `unexpected`; RangeError where an offset leads out of the bytes
 */
export function checkArrowLimits(body: Buffer): void {
  let position = 0;
  while (position + 4 <= body.length) {
    let size = body.readInt32LE(position);
    position += 4;
    if (size === -1) {
      size = body.readInt32LE(position);
      position += 4;
    }
    if (size === 0) return;
    if (size < 8 || position + size > body.length) throw unreadable('an Arrow message breaks off');
    const bodyLength = checkMessage(body.subarray(position, position + size), body.length);
    position += size + bodyLength;
    if (bodyLength < 0 || position > body.length) throw unreadable('an Arrow message breaks off');
  }
}

/** @returns how many bytes of data follow the message */
function checkMessage(bytes: Buffer, most: number): number {
  const message = bytes.readUInt32LE(0);
  const header = tableIn(bytes, message, MESSAGE.header);
  const headerType = slot(bytes, message, MESSAGE.headerType);
  const bodyLength = slot(bytes, message, MESSAGE.bodyLength);
  const kind = headerType === null ? 0 : bytes.readUInt8(headerType);
  if (header !== null && kind === HEADER.schema) {
    vector(bytes, header, SCHEMA.metadata);
    checkFields(bytes, vector(bytes, header, SCHEMA.fields), { left: MOST_FIELDS }, DEEPEST);
  }
  if (header !== null && kind === HEADER.recordBatch) checkBatch(bytes, header, most);
  if (header !== null && kind === HEADER.dictionaryBatch) {
    const batch = tableIn(bytes, header, DICTIONARY.data);
    if (batch !== null) checkBatch(bytes, batch, most);
  }
  return bodyLength === null ? 0 : Number(bytes.readBigInt64LE(bodyLength));
}

function checkFields(bytes: Buffer, fields: Vector, budget: { left: number }, depth: number): void {
  budget.left -= fields.length;
  if (budget.left < 0 || depth === 0) throw unreadable('its Arrow schema has too many fields');
  for (let index = 0; index < fields.length; index++) {
    const at = fields.start + index * 4;
    const field = at + bytes.readUInt32LE(at);
    vector(bytes, field, FIELD.metadata);
    checkFields(bytes, vector(bytes, field, FIELD.children), budget, depth - 1);
  }
}

function checkBatch(bytes: Buffer, batch: number, most: number): void {
  const length = slot(bytes, batch, BATCH.length);
  const nodes = vector(bytes, batch, BATCH.nodes);
  vector(bytes, batch, BATCH.buffers);
  vector(bytes, batch, BATCH.variadicCounts);
  const lengths = Array.from({ length: nodes.length }, (_, index) =>
    bytes.readBigInt64LE(nodes.start + index * 16),
  );
  if (length !== null) lengths.push(bytes.readBigInt64LE(length));
  if (lengths.some(rows => rows < 0n || rows > BigInt(most))) throw unreadable('it has more rows than bytes');
}

interface Vector {
  start: number;
  length: number;
}

/** A vector whose elements have four bytes or more. */
function vector(bytes: Buffer, table: number, index: number): Vector {
  const at = tableIn(bytes, table, index);
  if (at === null) return { start: 0, length: 0 };
  const length = bytes.readUInt32LE(at);
  if (at + 4 + length * 4 > bytes.length) throw unreadable('its Arrow description has more parts than bytes');
  return { start: at + 4, length };
}

/** Where a slot of a table points to. */
function tableIn(bytes: Buffer, table: number, index: number): number | null {
  const at = slot(bytes, table, index);
  return at === null ? null : at + bytes.readUInt32LE(at);
}

/** Where a slot of a table is stored. https://flatbuffers.dev/internals/ */
function slot(bytes: Buffer, table: number, index: number): number | null {
  const layout = table - bytes.readInt32LE(table);
  const place = 4 + index * 2;
  if (place >= bytes.readUInt16LE(layout)) return null;
  const offset = bytes.readUInt16LE(layout + place);
  return offset === 0 ? null : table + offset;
}
