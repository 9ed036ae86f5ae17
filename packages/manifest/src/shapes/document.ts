import { At } from '../at.ts';
import type { Batches } from '../batches.ts';
import { noList } from '../detect.ts';
import { plainKey, readFields } from '../fields.ts';
import { FLAGS } from '../flags.ts';
import { encordList, isList, isWrapper } from '../formats/documents.ts';
import type { ReadItem } from '../formats/format.ts';
import { readPlain } from '../formats/plain.ts';
import { readV7 } from '../formats/v7.ts';
import type { JsonValue } from '../item.ts';
import { ManifestError } from '../manifest-error.ts';
import { type DocumentKey, JsonDocument } from '../scan/json-document.ts';
import { parseUnit, textOf } from '../scan/parse-unit.ts';
import type { RawUnit } from '../scan/raw-unit.ts';
import { shownKey, shownValue } from '../shown.ts';
import type { Shape } from './shape.ts';

/** Keys at the top that are remembered, to see those that are there twice. */
const MOST_KEYS = 1000;

/** A document of JSON: one list, or an object with lists and flags. */
export class DocumentShape implements Shape {
  private readonly batches: Batches;
  private readonly plain: ReadItem;
  private readonly scanner: JsonDocument;
  private readonly keys = new Set<string>();
  private hasList = false;
  private hasOther = false;

  constructor(batches: Batches, base?: string) {
    this.batches = batches;
    this.plain = readPlain(base);
    this.scanner = new JsonDocument({ isList, isWrapper, onKey: key => this.takeKey(key) });
  }

  *push(chunk: Uint8Array): Generator<void> {
    for (const unit of this.scanner.push(chunk)) {
      this.hasList = true;
      this.takeItem(unit);
      yield;
    }
  }

  // biome-ignore lint/correctness/useYield: nothing is left at the end
  *end(): Generator<void> {
    this.scanner.end();
    if (this.hasOther && !this.hasList) throw noList([...this.keys]);
  }

  private takeItem(unit: RawUnit): void {
    const { list, position, line } = unit;
    const at = new At({ line, path: `${list}[${position}]` }, this.batches.warnings);
    let value: JsonValue | undefined;
    const read = this.readerOf(list);
    this.batches.attempt(
      () => value ?? textOf(unit.bytes),
      () => {
        value = parseUnit(unit, at);
        return read(value, at);
      },
    );
  }

  private readerOf(list: string): ReadItem {
    const { format } = this.batches;
    if (format === 'v7' || format === 'v7-readonly') return readV7;
    return encordList(list) ?? this.plain;
  }

  private takeKey({ key, line, isItems, value: text }: DocumentKey): void {
    const at = new At({ line }, this.batches.warnings);
    if (this.keys.has(key))
      at.warn(
        'duplicate_key',
        key,
        'The key is there twice at the top. Lists count together; of others the last one counts.',
      );
    if (this.keys.size < MOST_KEYS) this.keys.add(key);
    if (isItems) {
      this.hasList = true;
      return;
    }
    const value = text === null ? undefined : parsed(text);
    if (value === null) return;
    if (isList(key))
      throw new ManifestError(
        'format_broken',
        `${shownKey(key)} is ${text === null ? 'a large value' : shownValue(value)}. Expected a list.`,
        {
          fix: `Write the items of ${shownKey(key)} in brackets.`,
          place: { line, path: shownKey(key) },
        },
      );
    if (!FLAGS.has(plainKey(key))) this.hasOther = true;
    if (Array.isArray(value) && !FLAGS.has(plainKey(key)))
      at.warn(
        'ignored_value',
        key,
        'Mooring registers no list of this name. None of its items is registered.',
      );
    else if (value === undefined)
      at.warn('ignored_value', key, 'It is too large or no JSON, and is left out.');
    else readFields(FLAGS, { [key]: value }, this.batches.flags, at);
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told as a warning
  }
}
