import { ERROR_CODES, type KindSchemas } from '@mooring/contract';
import { API_PAGE_STYLE } from './api-page.ts';
import { type Html, html } from './html.ts';

interface Row {
  code: string;
  status: number;
  title: string;
}

/** The page that the `type` of every problem leads to: each code by its anchor. */
export function problemsPage(kinds: readonly Pick<KindSchemas, 'problems'>[]): string {
  const own = Object.entries(ERROR_CODES).map(([code, { status, title }]): Row => ({ code, status, title }));
  const ofKinds = kinds.flatMap(({ problems }) =>
    Object.entries(problems).map(([code, title]): Row => ({ code, status: 400, title })),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mooring problems</title>
<style>${{ markup: API_PAGE_STYLE }}</style>
</head>
<body>
<header>
<h1>Problems</h1>
<p>Mooring answers each error with a problem (RFC 9457). Programs read <code>code</code>: a code never changes its
meaning. People read <code>detail</code>, which says what was seen and what was expected, and <code>fix</code>, the next
step. <code>requestId</code> names the request in the log of the server.</p>
<p><a href="/docs/api">The API</a></p>
</header>
<main>
<table>
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${[...own, ...ofKinds].map(row)}</tbody></table>
</main>
</body>
</html>
`.markup;
}

const row = ({ code, status, title }: Row): Html =>
  html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>
`;
