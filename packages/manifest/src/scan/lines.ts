import { ByteQueue } from '../bytes/byte-queue.ts';

const QUOTE = 34;
const LINE_FEED = 10;

/** One line, or one record of CSV. Bytes are valid until the next one is asked for; null: it has too many. */
export interface Line {
  line: number;
  bytes: Uint8Array | null;
}

/** Cuts bytes into lines, without their ends. Blank lines are left out. Memory: one line. */
export class Lines {
  protected readonly queue = new ByteQueue();
  protected readonly most: number;
  protected line = 1;
  /** The line on which the one begins that is being looked at. */
  protected firstLine = 1;
  /** Where the line begins, and up to where it is looked at. */
  protected begin = 0;
  protected at = 0;
  protected isDropped = false;

  /** @param most bytes of a line; of a longer one the bytes are dropped */
  constructor(most: number) {
    this.most = most;
  }

  *push(chunk: Uint8Array): Generator<Line> {
    const shift = this.queue.push(chunk, this.isDropped ? this.at : this.begin);
    this.begin -= shift;
    this.at -= shift;
    for (;;) {
      const end = this.endOfLine();
      if ((end < 0 ? this.queue.end : end) - this.begin > this.most) this.isDropped = true;
      if (end < 0) break;
      const line = this.cut(end);
      this.begin = this.at = end + 1;
      if (line) yield line;
    }
  }

  /** The last line, where no end of a line is behind it. */
  *end(): Generator<Line> {
    const line = this.cut(this.queue.end);
    this.begin = this.at = this.queue.end;
    if (line) yield line;
  }

  /** Where the line ends; -1: not in what has come. */
  protected endOfLine(): number {
    const { bytes, end } = this.queue;
    const found = bytes.indexOf(LINE_FEED, this.at);
    const isFound = found >= 0 && found < end;
    this.at = isFound ? found : end;
    if (isFound) this.line++;
    return isFound ? found : -1;
  }

  private cut(end: number): Line | null {
    const { bytes } = this.queue;
    const line = this.firstLine;
    this.firstLine = this.line;
    const isDropped = this.isDropped;
    this.isDropped = false;
    if (isDropped) return { line, bytes: null };
    const last = end > this.begin && bytes[end - 1] === 13 ? end - 1 : end;
    return last > this.begin ? { line, bytes: bytes.subarray(this.begin, last) } : null;
  }
}

/** Cuts CSV into records: an end of a line in quotes does not end one. */
export class Records extends Lines {
  private readonly delimiter: number;
  private isQuoted = false;
  /** A quote opens only at the beginning of a field, or doubles one. */
  private canOpen = true;

  constructor(most: number, delimiter: string) {
    super(most);
    this.delimiter = delimiter.charCodeAt(0);
  }

  /** Where the record begins in which a quote is open. */
  get openQuoteLine(): number | null {
    return this.isQuoted ? this.firstLine : null;
  }

  protected override endOfLine(): number {
    const { bytes, end } = this.queue;
    while (this.at < end) {
      const byte = bytes[this.at++]!;
      if (byte === QUOTE) {
        const wasQuoted = this.isQuoted;
        this.isQuoted = !wasQuoted && this.canOpen;
        this.canOpen = wasQuoted;
      } else if (byte === LINE_FEED) {
        this.line++;
        if (this.isQuoted) continue;
        this.canOpen = true;
        return this.at - 1;
      } else if (!this.isQuoted) this.canOpen = byte === this.delimiter;
    }
    return -1;
  }
}
