/** Where bytes come from: a storage's ranges, a file, or memory. */
export interface ByteSource {
  readonly sizeBytes: number;
  /**
   * Exactly `length` bytes from `offset`; the caller keeps within the size.
   * @throws ProbeError `changed` where the object is another one by now, `unreadable` where the storage refuses
   */
  read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** Bytes that are in memory already. */
export const memorySource = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});
