const FIRST_BYTES = 512 * 1024;

/** Bytes that have come and are still needed, in one piece: those from `from` on, up to `end`. */
export class ByteQueue {
  bytes = new Uint8Array(FIRST_BYTES);
  end = 0;

  /**
   * Adds a chunk, and forgets what is before `from`.
   * @returns by how much all positions went down
   */
  push(chunk: Uint8Array, from: number): number {
    const kept = this.end - from;
    const needed = kept + chunk.length;
    if (this.end + chunk.length <= this.bytes.length) {
      this.bytes.set(chunk, this.end);
      this.end += chunk.length;
      return 0;
    }
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      larger.set(this.bytes.subarray(from, this.end));
      this.bytes = larger;
    } else this.bytes.copyWithin(0, from, this.end);
    this.bytes.set(chunk, kept);
    this.end = needed;
    return from;
  }
}
