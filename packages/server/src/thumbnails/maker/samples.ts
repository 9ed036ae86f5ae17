/** How numbers lie in a file. */
export interface SampleLayout {
  type: string;
  littleEndian: boolean;
}

const READERS: Record<
  string,
  { bytes: number; read: (view: DataView, at: number, little: boolean) => number }
> = {
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  uint16: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  int16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  uint32: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  int32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  float32: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  float64: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

/** The numbers of `bytes`; null where their type is not one of a value each. */
export function readSamples(bytes: Uint8Array, { type, littleEndian }: SampleLayout): Float64Array | null {
  const reader = READERS[type];
  if (!reader) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(Math.floor(bytes.length / reader.bytes));
  for (let i = 0; i < values.length; i++) values[i] = reader.read(view, i * reader.bytes, littleEndian);
  return values;
}

/** Values from black to white. */
export interface Window {
  min: number;
  max: number;
}

const SAMPLED = 10_000;

/** Without the darkest and the brightest hundredth, so that one odd value does not make the rest grey. */
export function usualWindow(values: Float64Array): Window {
  const step = Math.max(1, Math.floor(values.length / SAMPLED));
  const sampled = Float64Array.from({ length: Math.floor(values.length / step) }, (_, i) => values[i * step]!)
    .filter(Number.isFinite)
    .sort();
  const at = (part: number) => sampled[Math.round((sampled.length - 1) * part)] ?? 0;
  const [min, max] = [at(0.01), at(0.99)];
  return max > min ? { min, max } : { min: at(0), max: at(1) };
}

/** Values as 8-bit grey. */
export function toGrey(values: Float64Array, { min, max }: Window, isInverted = false): Uint8Array {
  const scale = max > min ? 255 / (max - min) : 0;
  const grey = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) grey[i] = (values[i]! - min) * scale;
  if (isInverted) for (let i = 0; i < grey.length; i++) grey[i] = 255 - grey[i]!;
  return new Uint8Array(grey.buffer);
}
