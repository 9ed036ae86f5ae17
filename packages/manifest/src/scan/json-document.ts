import { ByteQueue } from '../bytes/byte-queue.ts';
import { MOST_ITEM_BYTES, MOST_ITEM_VALUES } from '../limits.ts';
import { ManifestError } from '../manifest-error.ts';
import type { RawUnit } from './raw-unit.ts';
import { isSpace, ValueScan } from './value-scan.ts';

const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COMMA, COLON, QUOTE] = [
  123, 125, 91, 93, 44, 58, 34,
];
/** Bytes of a key. */
const MOST_KEY_BYTES = 1000;

type Expected = 'start' | 'key' | 'colon' | 'value' | 'item' | 'separator' | 'end';
const WORDS: Record<Expected, string> = {
  start: 'an object or a list',
  key: 'a key in quotes, or }',
  colon: 'a colon',
  value: 'a value',
  item: 'a value, or ]',
  separator: 'a comma, or the end of the list or object',
  end: 'the end of the file',
};

/** What a document says beside its items. */
export interface DocumentKey {
  key: string;
  line: number;
  /** The value is a list of items, which follow. */
  isItems: boolean;
  /** The text of the value; null where it is a list of items, or has more bytes or values than an item may have. */
  value: string | null;
}

/**
 * Walks a document of JSON, an object with lists or one list, and gives the bytes of every value in the lists.
 * Objects of these names are walked too: a request can carry a manifest inside. Memory: one value.
 */
export class JsonDocument {
  private readonly queue = new ByteQueue();
  private readonly value = new ValueScan();
  private readonly decoder = new TextDecoder();
  private readonly isWrapper: (key: string) => boolean;
  private readonly isList: (key: string) => boolean;
  private readonly onKey: (key: DocumentKey) => void;
  private expected: Expected = 'start';
  /** What encloses the place: objects, and a list at last. */
  private readonly stack: ('object' | 'list')[] = [];
  private at = 0;
  /** Where the value begins that is being scanned; of one that is dropped it can be before all that is kept. */
  private begin = 0;
  private isInValue = false;
  /** The value has become too large and is not kept. */
  private isDropped = false;
  private line = 1;
  private beginLine = 1;
  private key = '';
  private list = '';
  private position = 0;

  constructor(handlers: {
    /** Whether a key at the top holds items. A list that does not is one value, as any other. */
    isList(key: string): boolean;
    isWrapper(key: string): boolean;
    /** Called for each key of an object that is no item. */
    onKey(key: DocumentKey): void;
  }) {
    this.isList = handlers.isList;
    this.isWrapper = handlers.isWrapper;
    this.onKey = handlers.onKey;
  }

  /** @throws ManifestError where something stands in the document that cannot be */
  *push(chunk: Uint8Array): Generator<RawUnit> {
    const shift = this.queue.push(chunk, this.isInValue && !this.isDropped ? this.begin : this.at);
    this.at -= shift;
    this.begin -= shift;
    const { queue } = this;
    while (this.at < queue.end) {
      if (!this.isInValue) {
        const byte = queue.bytes[this.at]!;
        if (isSpace(byte)) {
          this.at++;
          if (byte === 10) this.line++;
        } else this.step(byte);
        continue;
      }
      const end = this.value.scan(queue.bytes, this.at, queue.end);
      const most = this.expected === 'key' ? MOST_KEY_BYTES : MOST_ITEM_BYTES;
      if ((end < 0 ? queue.end : end) - this.begin > most) this.isDropped = true;
      this.at = end < 0 ? queue.end : end;
      if (end < 0) return;
      const unit = this.finish();
      if (unit) yield unit;
    }
  }

  /** @throws ManifestError where the document breaks off */
  end(): void {
    if (this.expected === 'end') return;
    const inside = this.stack.at(-1) === 'list' ? ` inside ${this.list || 'the list'}[${this.position}]` : '';
    throw new ManifestError('format_broken', `The file ends${inside}. Expected ${WORDS[this.expected]}.`, {
      fix: 'Check that the file is whole, and that all quotes, braces and brackets are closed.',
      place: { line: this.beginLine },
    });
  }

  private step(byte: number): void {
    const { expected, stack } = this;
    if (expected === 'start') {
      if (byte === OPEN_OBJECT) this.enter('object');
      else if (byte === OPEN_LIST) this.enter('list');
      else this.refuse(byte);
    } else if (expected === 'separator') {
      if (byte === COMMA) {
        this.at++;
        this.expected = stack.at(-1) === 'list' ? 'item' : 'key';
      } else if (byte === (stack.at(-1) === 'list' ? CLOSE_LIST : CLOSE_OBJECT)) this.leave();
      else this.refuse(byte);
    } else if (expected === 'colon') {
      if (byte !== COLON) this.refuse(byte);
      this.at++;
      this.expected = 'value';
    } else if (expected === 'key') {
      if (byte === CLOSE_OBJECT) this.leave();
      else if (byte === QUOTE) this.beginValue();
      else this.refuse(byte);
    } else if (expected === 'item') {
      if (byte === CLOSE_LIST) this.leave();
      else if (byte === COMMA || byte === COLON || byte === CLOSE_OBJECT) this.refuse(byte);
      else this.beginValue();
    } else if (expected === 'value') {
      if (byte === OPEN_LIST && this.isList(this.key)) {
        this.onKey({ key: this.key, line: this.line, isItems: true, value: null });
        this.enter('list');
      } else if (byte === OPEN_OBJECT && stack.length === 1 && this.isWrapper(this.key)) this.enter('object');
      else if (byte === COMMA || byte === COLON || byte === CLOSE_OBJECT || byte === CLOSE_LIST)
        this.refuse(byte);
      else this.beginValue();
    } else this.refuse(byte);
  }

  private enter(what: 'object' | 'list'): void {
    this.stack.push(what);
    this.at++;
    this.expected = what === 'object' ? 'key' : 'item';
    if (what === 'list') {
      this.list = this.key;
      this.position = 0;
    }
  }

  private leave(): void {
    this.stack.pop();
    this.at++;
    this.expected = this.stack.length === 0 ? 'end' : 'separator';
  }

  private beginValue(): void {
    this.begin = this.at;
    this.isInValue = true;
    this.beginLine = this.line;
    this.isDropped = false;
    this.value.reset();
  }

  /** A value has ended: a key, a value of a key, or an item, which is a unit. */
  private finish(): RawUnit | null {
    const { expected, value } = this;
    const bytes = this.isDropped ? null : this.queue.bytes.subarray(this.begin, this.at);
    this.isInValue = false;
    this.line += value.lines;
    if (expected === 'key') {
      this.key = this.parsedKey(bytes);
      this.expected = 'colon';
      return null;
    }
    this.expected = 'separator';
    if (expected === 'value') {
      const isKept = bytes && value.colons + value.commas <= MOST_ITEM_VALUES;
      const text = isKept ? this.decoder.decode(bytes) : null;
      this.onKey({ key: this.key, line: this.beginLine, isItems: false, value: text });
      return null;
    }
    const { colons, commas, deepest } = value;
    return {
      list: this.list,
      position: this.position++,
      line: this.beginLine,
      bytes,
      colons,
      commas,
      deepest,
    };
  }

  private parsedKey(bytes: Uint8Array | null): string {
    try {
      if (bytes) return JSON.parse(this.decoder.decode(bytes));
    } catch (cause) {
      throw this.broken('a key that is not JSON', WORDS.key, cause);
    }
    throw this.broken(`a key of more than ${MOST_KEY_BYTES} bytes`, WORDS.key);
  }

  private refuse(byte: number): never {
    const seen = byte > 32 && byte < 127 ? String.fromCharCode(byte) : `byte ${byte}`;
    throw this.broken(seen, WORDS[this.expected]);
  }

  private broken(seen: string, expected: string, cause?: unknown): ManifestError {
    const after = this.stack.at(-1) === 'list' ? ` at ${this.list || 'the list'}[${this.position}]` : '';
    return new ManifestError(
      'format_broken',
      `Line ${this.line}${after} has ${seen}. Expected ${expected}.`,
      {
        fix: 'Correct the file at this place. Everything before it could be read.',
        place: { line: this.line },
        cause,
      },
    );
  }
}
