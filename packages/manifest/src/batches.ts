import { isUrl } from './address.ts';
import { ItemError } from './at.ts';
import type { JsonValue, ManifestFlags, ManifestItem, ManifestProblem } from './item.ts';
import { BATCH_BYTES, BATCH_UNITS } from './limits.ts';
import type { ManifestBatch, ManifestFormat } from './reading.ts';
import { shownUrl } from './shown.ts';
import { WarningTally } from './warnings.ts';

/** Of an item, looked through for its URL. */
const MOST_VALUES_LOOKED_AT = 1000;

const URL_IN_TEXT = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'<>\\]{1,16384}/i;

/** Collects what is read, and gives it in batches. */
export class Batches {
  format: ManifestFormat;
  readonly warnings = new WarningTally();
  flags: ManifestFlags = {};
  /** Of a table. */
  headings: string[] | undefined;
  /** Of the text that has come since the last batch was taken. */
  bytes = 0;
  private readonly skip: number;
  private items: ManifestItem[] = [];
  private problems: ManifestProblem[] = [];
  private index = 0;

  constructor(format: ManifestFormat, skip: number) {
    this.format = format;
    this.skip = skip;
  }

  get isFull(): boolean {
    const units = this.items.length + this.problems.length;
    return units >= BATCH_UNITS || (units > 0 && this.bytes >= BATCH_BYTES);
  }

  add(item: ManifestItem): void {
    if (this.countsAnother()) this.items.push(item);
  }

  /**
   * Adds what `read` gives, or the reason why it refuses.
   * @param value in which the URL is looked for, to name it
   * @throws what is no ItemError
   */
  attempt(
    value: () => JsonValue | undefined,
    read: () => ManifestItem | null | Iterable<ManifestItem>,
  ): void {
    try {
      const found = read();
      if (found === null) return;
      if ('type' in found) this.add(found);
      else for (const item of found) this.add(item);
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      this.refuse(error, value());
    }
  }

  take(bytesRead: number): ManifestBatch {
    const { format, items, problems, index, headings } = this;
    this.items = [];
    this.problems = [];
    this.bytes = 0;
    const warnings = index > this.skip || this.skip === 0 ? this.warnings.take() : [];
    const flags = { ...this.flags };
    return { format, items, problems, warnings, flags, index, bytesRead, ...(headings ? { headings } : {}) };
  }

  private refuse({ code, place, seen, expected, fix }: ItemError, value: JsonValue | undefined): void {
    const index = this.index;
    if (!this.countsAnother()) return;
    const url = firstUrl(value);
    this.problems.push({
      code,
      index,
      place,
      seen,
      expected,
      fix,
      ...(url === undefined ? {} : { url: shownUrl(url) }),
    });
  }

  /** What is skipped was counted before, its warnings too. */
  private countsAnother(): boolean {
    if (++this.index > this.skip) return true;
    this.warnings.take();
    return false;
  }
}

function firstUrl(value: JsonValue | undefined): string | undefined {
  const values: (JsonValue | undefined)[] = [value];
  for (let looked = 0; looked < values.length && looked < MOST_VALUES_LOOKED_AT; looked++) {
    const one = values[looked];
    if (typeof one === 'string') {
      if (isUrl(one)) return one;
      // A text that could not be parsed.
      if (one === value) return URL_IN_TEXT.exec(one)?.[0];
    }
    if (typeof one === 'object' && one !== null)
      values.push(...Object.values(one).slice(0, MOST_VALUES_LOOKED_AT));
  }
  return undefined;
}
