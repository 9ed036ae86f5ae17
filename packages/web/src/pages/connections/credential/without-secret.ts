/** What must not be kept in a browser, in any field it may have been pasted into. */
const SECRET = /sig=|key=|-----BEGIN|(^|[^A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/i;

/** As it may be stored: without the query, which may be a token, and empty where it holds a secret. */
export function withoutSecret(text: string): string {
  const address = text.replace(/\?.*$/s, '');
  return SECRET.test(address) ? '' : address;
}
