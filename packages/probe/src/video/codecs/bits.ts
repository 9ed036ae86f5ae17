import { malformed } from '../../probe-error.ts';

/** Reads numbers bit by bit, most significant bit first. */
export class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The next `count` bits as a number; at most 32.
   * @throws ProbeError `malformed` past the end
   */
  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw malformed('The codec settings end too early.');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** An Exp-Golomb code, `ue(v)` in H.264 and H.265. */
  golomb(): number {
    let zeros = 0;
    while (!this.flag())
      if (++zeros > 31) throw malformed('The codec settings hold a number beyond 32 bits.');
    return 2 ** zeros - 1 + this.read(zeros);
  }

  /** A signed Exp-Golomb code, `se(v)` in H.264 and H.265. */
  signedGolomb(): number {
    const code = this.golomb();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** A NAL unit without the bytes that keep start codes out of it. */
export function withoutEmulation(nal: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
