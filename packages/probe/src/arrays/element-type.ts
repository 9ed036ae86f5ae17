const NAMES: Record<string, string> = { b: 'bool', i: 'int', u: 'uint', f: 'float', c: 'complex' };

/**
 * What an array type of NumPy says, such as `<f4` or `|b1`, as facts: `float32`, 32 bits. Names of types, such as
 * `float32`, are understood, too.
 */
export function elementType(type: string | undefined): {
  pixelFormat: string | null;
  bitDepth: number | null;
} {
  const [, code, bytes] = /^[<>|=]?([biufc])(\d{1,2})$/.exec(type ?? '') ?? [];
  if (code && bytes) {
    const bits = Number(bytes) * 8;
    return code === 'b'
      ? { pixelFormat: 'bool', bitDepth: 8 }
      : { pixelFormat: `${NAMES[code]}${bits}`, bitDepth: code === 'c' ? bits / 2 : bits };
  }
  const [, bits] = /^(?:u?int|float)(\d{1,3})$/.exec(type ?? '') ?? [];
  return { pixelFormat: type?.slice(0, 40) ?? null, bitDepth: bits ? Number(bits) : null };
}
