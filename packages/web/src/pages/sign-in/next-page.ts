const KEY = 'mooring.next';
/** As long as a sign-in link lives. */
const KEPT_MS = 3_600_000;

/**
 * Keeps the page that a person wanted when they were asked to sign in. The sign-in link comes from somewhere
 * else, often opens in another tab, and does not know that page.
 */
export function keepNextPage(path: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ path, until: Date.now() + KEPT_MS }));
  } catch {
    // Storage is switched off: signing in leads to the assets.
  }
}

/** Where they were going, once; undefined where they came by themselves, or too long ago. */
export function takeNextPage(): string | undefined {
  try {
    const { path, until } = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    localStorage.removeItem(KEY);
    return typeof path === 'string' && until > Date.now() ? path : undefined;
  } catch {
    return undefined;
  }
}
