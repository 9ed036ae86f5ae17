/**
 * Where a browser goes on in the web app: always a page of this server, for every path.
 * @param path of the web app, as it came from outside; what leads elsewhere becomes the start page
 */
export function intoWebApp(baseUrl: string, path: string, query: Record<string, string>): string {
  const { origin } = new URL(baseUrl);
  const wanted = URL.canParse(path, origin) ? new URL(path, origin) : null;
  const url = wanted?.origin === origin && path.startsWith('/') ? wanted : new URL('/', origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  // Whole: a path that begins with two slashes would be a host by itself.
  return url.href;
}
