const KEY = 'mooring.sign-in';

/**
 * Where a sign-in comes back to. Anyone can send a person an address with an outcome in it. So this one carries a random
 * mark that only this browser knows, and what comes back without it is not taken for an answer.
 */
export function returnPath(): string {
  const mark = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  try {
    localStorage.setItem(KEY, mark);
  } catch {
    // A browser that keeps nothing shows no reason when it comes back.
  }
  return `/connections/new?step=authorise&mark=${mark}`;
}

/** Whether an answer comes from a sign-in that began here. Each mark counts once. */
export function takeMark(mark: string | undefined): boolean {
  try {
    const isOwn = mark !== undefined && localStorage.getItem(KEY) === mark;
    if (isOwn) localStorage.removeItem(KEY);
    return isOwn;
  } catch {
    return false;
  }
}
