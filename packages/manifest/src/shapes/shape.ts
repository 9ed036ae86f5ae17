/** Takes a file apart and adds its items to batches. It yields after each of them, so that a full batch can go. */
export interface Shape {
  push(chunk: Uint8Array): Generator<void>;
  /** @throws ManifestError where the file breaks off */
  end(): Generator<void>;
}
