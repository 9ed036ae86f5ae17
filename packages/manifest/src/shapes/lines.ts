import { isUrl } from '../address.ts';
import { At } from '../at.ts';
import type { Batches } from '../batches.ts';
import { readCvat } from '../formats/cvat.ts';
import type { ReadItem } from '../formats/format.ts';
import { readMooring } from '../formats/mooring.ts';
import { readPlain } from '../formats/plain.ts';
import type { JsonValue } from '../item.ts';
import { MOST_ITEM_BYTES, MOST_URL_CHARS } from '../limits.ts';
import { type Line, Lines } from '../scan/lines.ts';
import { parseWhole, textOf } from '../scan/parse-unit.ts';
import type { Shape } from './shape.ts';

/** One value of JSON a line, or one address a line. */
export class LinesShape implements Shape {
  private readonly batches: Batches;
  private readonly read: ReadItem;
  private readonly lines: Lines;
  private readonly isJson: boolean;
  private readonly decoder = new TextDecoder();

  constructor(batches: Batches, base?: string) {
    this.batches = batches;
    this.isJson = batches.format !== 'url-list';
    this.lines = new Lines(this.isJson ? MOST_ITEM_BYTES : 4 * MOST_URL_CHARS);
    this.read =
      batches.format === 'mooring'
        ? readMooring(batches.flags)
        : batches.format === 'cvat'
          ? readCvat(base)
          : readPlain(base);
  }

  *push(chunk: Uint8Array): Generator<void> {
    for (const line of this.lines.push(chunk)) {
      this.take(line);
      yield;
    }
  }

  *end(): Generator<void> {
    for (const line of this.lines.end()) {
      this.take(line);
      yield;
    }
  }

  private take({ line, bytes }: Line): void {
    if (bytes && isBlank(bytes)) return;
    const at = new At({ line }, this.batches.warnings);
    let value: JsonValue | undefined;
    this.batches.attempt(
      () => value ?? textOf(bytes),
      () => {
        value = this.isJson ? parseWhole(bytes, at) : this.address(bytes, at);
        return this.read(value, at);
      },
    );
  }

  private address(bytes: Uint8Array | null, at: At): JsonValue {
    if (!bytes)
      return at.refuse(undefined, 'too_large', {
        seen: `a line of more than ${4 * MOST_URL_CHARS} bytes`,
        expected: `a URL of at most ${MOST_URL_CHARS} characters`,
        fix: 'Write one URL a line.',
      });
    const text = this.decoder.decode(bytes);
    if (text.includes('\ufffd'))
      at.refuse(undefined, 'address_invalid', {
        seen: 'bytes that are no UTF-8',
        expected: 'text in UTF-8 or UTF-16',
        fix: 'Save the file as UTF-8.',
      });
    const url = text.trim();
    return isUrl(url) ? url : text; // a key can begin and end with spaces
  }
}

const isBlank = (bytes: Uint8Array): boolean =>
  bytes[0]! <= 32 && bytes.every(byte => byte === 32 || byte === 9 || byte === 13);
