/** A limit as it is typed: null for none; undefined for what is no whole number. Commas and spaces may group digits. */
export function readLimit(text: string): number | null | undefined {
  const digits = text.replace(/[\s,]/g, '');
  if (digits === '') return null;
  const limit = Number(digits);
  return /^\d+$/.test(digits) && Number.isSafeInteger(limit) ? limit : undefined;
}
