import type {
  JsonSchema,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
} from '@mooring/contract/openapi';
import { type Html, html } from './html.ts';

export const API_PAGE_STYLE = `
:root { color-scheme: light dark; --line: #8884; --quiet: color-mix(in srgb, currentColor 65%, transparent); }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 6rem; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2.5rem 0 .25rem; } h3 code { font-size: 1rem; }
code { font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); } .intro { white-space: pre-line; }
nav ul { columns: 16rem; padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0; border-top: 1px solid var(--line); }
td:first-child { white-space: nowrap; } td:last-child { width: 60%; }
@media (max-width: 40rem) {
  thead { display: none; } tr, td { display: block; } td { padding: 0; border: 0; }
  tr { padding: .4rem 0; border-top: 1px solid var(--line); } td:first-child { white-space: normal; }
  td:last-child { width: auto; }
}
a { color: inherit; }
`;

/** The API for people to read: one page without scripts, made from the OpenAPI document. */
export function apiPage(api: OpenApiDocument): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const ofTag = (tag: string) => operations.filter(({ operation }) => operation.tags.includes(tag));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mooring API ${api.info.version}</title>
<style>${{ markup: API_PAGE_STYLE }}</style>
</head>
<body>
<header>
<h1>Mooring API</h1>
<p class="quiet">Version ${api.info.version} · <a href="/v1/openapi.json">OpenAPI ${api.openapi} document</a></p>
<p class="intro">${inline(api.info.description)}</p>
</header>
<nav aria-label="Routes"><ul>
${operations.map(
  ({ operation }) => html`<li><a href="#${operation.operationId}">${operation.operationId}</a></li>
`,
)}</ul></nav>
<main>
${api.tags.map(
  ({ name }) => html`<section>
<h2>${name}</h2>
${ofTag(name).map(({ path, method, operation }) => routeSection(path, method, operation, api.components.schemas))}
</section>
`,
)}<section>
<h2>schemas</h2>
${Object.entries(api.components.schemas).map(
  ([name, schema]) => html`<h3 id="schema-${name}">${name}</h3>
${schema.description ? html`<p>${inline(String(schema.description))}</p>` : null}
${fieldsTable(schema, api.components.schemas)}`,
)}</section>
</main>
</body>
</html>
`.markup;
}

function routeSection(
  path: string,
  method: string,
  operation: OpenApiOperation,
  schemas: Record<string, JsonSchema>,
): Html {
  const { requestBody } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const [[status, answer]] = Object.entries(operation.responses) as [[string, object]];
  const content = 'content' in answer ? (answer.content as Record<string, { schema: JsonSchema }>) : {};
  const schema = content['application/json']?.schema;
  return html`<article>
<h3 id="${operation.operationId}"><code>${method} ${path}</code></h3>
<p>${inline(operation.summary)}. ${inline(operation.description ?? '')}</p>
${operation.parameters ? parameterTable(operation.parameters) : null}
${body ? html`<p>The body, ${typeOf(body)}:</p>${fieldsTable(schemas[nameOf(body)] ?? body, schemas)}` : null}
${requestBody?.description ? html`<p>The body, bytes: ${inline(requestBody.description)}</p>` : null}
<p>Answers ${status}${schema ? html` with ${typeOf(schema)}` : ', without a body'}.</p>
${schema ? fieldsTable(schema, schemas) : null}
</article>
`;
}

const parameterTable = (parameters: OpenApiParameter[]): Html =>
  table(
    parameters.map(({ name, in: place, required, description, schema }) => ({
      name,
      type: html`${typeOf(schema)} <span class="quiet">in ${place}${required ? ', required' : ''}</span>`,
      description: describe({ ...schema, description }),
    })),
  );

/** The fields of a schema. Those of a union come variant by variant, below its name where it has one. */
function fieldsTable(schema: JsonSchema, schemas: Record<string, JsonSchema>): Html | null {
  const variants = variantsOf(schema);
  if (variants) {
    return html`${variants.map(
      variant => html`${variant.$ref ? html`<p>${typeOf(variant)}:</p>` : null}
${fieldsTable(schemas[nameOf(variant)] ?? variant, schemas)}`,
    )}`;
  }
  if (!schema.properties) return null;
  const required = new Set((schema.required ?? []) as string[]);
  return table(
    Object.entries(schema.properties as Record<string, JsonSchema>).map(([name, field]) => ({
      name,
      type: html`${typeOf(field)}${required.has(name) ? null : html` <span class="quiet">optional</span>`}`,
      description: describe(field),
    })),
  );
}

const table = (rows: { name: string; type: Html; description: Html }[]): Html => html`<table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${rows.map(
  ({
    name,
    type,
    description,
  }) => html`<tr><td><code>${name}</code></td><td>${type}</td><td>${description}</td></tr>
`,
)}</tbody></table>
`;

function describe(schema: JsonSchema): Html {
  const facts = [
    schema.default === undefined ? null : `default ${JSON.stringify(schema.default)}`,
    schema.minimum === undefined ? null : `at least ${schema.minimum}`,
    schema.maximum === undefined ? null : `at most ${schema.maximum}`,
    schema.maxLength === undefined ? null : `at most ${schema.maxLength} characters`,
    schema.writeOnly ? 'never returned' : null,
  ].filter(fact => fact !== null);
  return html`${inline(String(schema.description ?? ''))} <span class="quiet">${facts.join(', ')}</span>`;
}

/** A short name of a type, linked where it is a component. */
function typeOf(schema: JsonSchema): Html {
  if (schema.$ref) {
    const name = nameOf(schema);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (Array.isArray(schema.enum)) return html`<code>${schema.enum.join(' | ')}</code>`;
  const variants = variantsOf(schema);
  if (variants) return html`${variants.map((variant, i) => html`${i > 0 ? ' or ' : ''}${typeOf(variant)}`)}`;
  if (schema.type === 'array') return html`list of ${typeOf((schema.items ?? {}) as JsonSchema)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : String(schema.type ?? 'any');
  return html`${typeof schema.format === 'string' ? `${type} (${schema.format})` : type}`;
}

/** The name of the component that a schema refers to; empty where it is written out. */
const nameOf = ({ $ref = '' }: JsonSchema): string => String($ref).split('/').at(-1)!;

const variantsOf = (schema: JsonSchema): JsonSchema[] | undefined =>
  (schema.oneOf ?? schema.anyOf) as JsonSchema[] | undefined;

/** Text with \`code\` marked as such. */
const inline = (text: string): Html =>
  html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
