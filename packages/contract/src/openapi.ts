import type { z } from 'zod';
import { createSchemas, type JsonSchema, type ReadSchema, type Schemas } from './openapi-schemas.ts';
import { ERROR_CODES, problem } from './problem.ts';
import { ACTIONS, type Action } from './roles.ts';
import { acceptsIdempotencyKey, acceptsIfMatch, answersRevision, type Route } from './route.ts';
import { type RouteId, routes } from './routes.ts';
import type { KindSchemas } from './storage-kinds.ts';

export type { JsonSchema };

export interface OpenApiParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}
export interface OpenApiHeader {
  description: string;
  schema: JsonSchema;
}
export interface OpenApiResponse {
  description: string;
  headers?: Record<string, OpenApiHeader | { $ref: string }>;
  content?: Record<string, { schema: JsonSchema }>;
}
export interface OpenApiOperation {
  operationId: RouteId;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: OpenApiParameter[];
  requestBody?: {
    required: boolean;
    description?: string;
    content: Partial<Record<'application/json' | 'application/octet-stream', { schema: JsonSchema }>>;
  };
  responses: Record<string, OpenApiResponse | { $ref: string }>;
}
export interface OpenApiDocument {
  openapi: '3.1.1';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    headers: Record<string, OpenApiHeader>;
    responses: Record<string, OpenApiResponse>;
    securitySchemes: Record<string, JsonSchema>;
  };
}

const DESCRIPTION = `Connects private cloud storage to the tools that annotate and train on it, without copying the data.

Send an API token as \`Authorization: Bearer mrg_…\`. Browsers use the cookie of a session instead; their unsafe \
requests must come from the server's own origin.

Lists come in pages: ask again with \`cursor\` set to \`nextCursor\` until that is null. Errors are RFC 9457 problems \
with a stable \`code\`, a \`fix\` and the \`requestId\` that also stands in the header \`X-Request-Id\`. Long work \
answers 202 with an Operation and its address in \`Operation-Location\`.`;

/**
 * The API as an OpenAPI 3.1 document, made from the route table and from what the storage kinds add to it.
 * @param options.kinds of the installation, the default one first
 */
export function createOpenApi({
  version,
  kinds,
}: {
  version: string;
  kinds: readonly KindSchemas[];
}): OpenApiDocument {
  const schemas = createSchemas();
  const codes = [...Object.keys(ERROR_CODES), ...kinds.flatMap(({ problems }) => Object.keys(problems))];
  const all = Object.entries(routes) as [RouteId, Route][];
  const paths: OpenApiDocument['paths'] = {};
  for (const [id, route] of all) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = describe(id, route, schemas);
  }
  addKinds(schemas, kinds);
  const content = { 'application/problem+json': { schema: schemas.read(problem, 'output') } };
  schemas.named.ProblemCode = { type: 'string', enum: codes };
  return {
    openapi: '3.1.1',
    info: {
      title: 'Mooring',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(all.map(([, route]) => route.tag))].map(name => ({ name })),
    paths,
    components: {
      schemas: schemas.named,
      headers: { RequestId: textHeader('Names this request in the log') },
      responses: {
        Problem: {
          description: `An error, with one of the codes ${codes.join(', ')}`,
          headers: requestId,
          content,
        },
        ...problemResponses(kinds, content),
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'mooring_session',
          description: 'Set by createSession. Over HTTPS its name begins with `__Host-`.',
        },
      },
    },
  };
}

/** Puts what the kinds say in the place of the schemas that only name what all kinds have in common. */
function addKinds(schemas: Schemas, kinds: readonly KindSchemas[]): void {
  const [first] = kinds;
  if (!first) return;
  for (const name of Object.keys(first.schemas) as (keyof KindSchemas['schemas'])[]) {
    const io = INPUTS.includes(name) ? 'input' : 'output';
    const parts = kinds.map(({ id, schemas: own }) => ({ id, schema: schemas.read(own[name], io) }));
    schemas.named[name] =
      name === 'KindOffers'
        ? { type: 'object', properties: Object.fromEntries(parts.map(({ id, schema }) => [id, schema])) }
        : unionOf(
            schemas.named,
            parts.map(({ schema }) => schema),
          );
  }
}
/**
 * What any of the kinds takes: a value can fit more than one, such as a location that names only a container. A kind
 * that takes nothing (`z.never()`) is left out. One kind's schema stands by itself, so that readers see its fields at
 * once.
 */
function unionOf(named: Record<string, JsonSchema>, parts: JsonSchema[]): JsonSchema {
  const some = parts.filter(part => !('not' in part));
  const [only = { not: {} }, ...others] = some;
  if (others.length > 0) return { anyOf: some };
  const name = typeof only.$ref === 'string' ? only.$ref.split('/').at(-1)! : null;
  return (name && named[name]) || only;
}
const INPUTS: readonly string[] = ['LocationInput', 'CredentialInput', 'FeedCreate', 'SetupRequest'];

function describe(id: RouteId, route: Route, { read, nameBody }: Schemas): OpenApiOperation {
  const parameters = [
    ...fields('path', route.params, read),
    ...fields('query', route.query, read),
    ...requestHeaders(route),
  ];
  const description = [
    route.description,
    route.action === null ? 'Answers without a credential.' : needs(route.action),
    route.partly && 'Also for a token that opens a part of the data.',
    route.stream && `With \`Accept: text/event-stream\` it streams. ${route.stream}`,
  ]
    .filter(Boolean)
    .join(' ');
  return {
    operationId: id,
    tags: [route.tag],
    summary: route.summary,
    description,
    security: route.action === null ? [] : [{ token: [] }, { session: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body
      ? {
          requestBody: {
            required: !route.body.safeParse(undefined).success,
            content: { 'application/json': { schema: nameBody(id, route.body) } },
          },
        }
      : {}),
    ...(route.upload
      ? {
          requestBody: {
            required: true,
            description: route.upload,
            content: { 'application/octet-stream': { schema: {} } },
          },
        }
      : {}),
    responses: {
      [route.status]: success(route, read),
      ...Object.fromEntries(refusals(route).map(status => [status, { $ref: problemOf(status) }])),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const needs = (action: Action): string =>
  `Needs the role ${ACTIONS[action].role}${ACTIONS[action].changes ? ', and not a token that only reads' : ''}.`;

const problemOf = (status: number): string => `#/components/responses/Problem${status}`;

/** The statuses of the problems that any route of this form can answer with. */
function refusals(route: Route): number[] {
  const writes = route.method !== 'GET';
  return [
    ...(route.params || route.query || route.body ? [400] : []),
    ...(route.action === null ? [] : [401, 403]),
    ...(route.params ? [404] : []),
    ...(writes ? [409] : []),
    ...(acceptsIfMatch(route) ? [412] : []),
    ...(route.body || route.upload ? [413, 415] : []),
    ...[429, 500, 503],
  ];
}

/** One response for each status, which names the codes that come with it. */
function problemResponses(
  kinds: readonly KindSchemas[],
  content: OpenApiResponse['content'],
): Record<string, OpenApiResponse> {
  const codes = [
    ...Object.entries(ERROR_CODES).map(([code, { status }]) => ({ code, status: status as number })),
    ...kinds.flatMap(({ problems }) => Object.keys(problems).map(code => ({ code, status: 400 }))),
  ];
  return Object.fromEntries(
    [...Map.groupBy(codes, ({ status }) => status)].map(([status, all]) => {
      const description = `A problem with the code ${all.map(({ code }) => code).join(', ')}`;
      const retryAfter = { 'Retry-After': textHeader('Seconds until it is worth trying again') };
      const headers = { ...requestId, ...(status === 429 || status === 503 ? retryAfter : {}) };
      return [`Problem${status}`, { description, headers, ...(content ? { content } : {}) }];
    }),
  );
}

/** As the client sends them: what has a default may be left out; a boolean is written `true` or `false`. */
function fields(
  place: 'path' | 'query',
  object: z.ZodObject | undefined,
  read: ReadSchema,
): OpenApiParameter[] {
  return Object.entries((object?.shape ?? {}) as Record<string, z.ZodType>).map(([name, field]) => {
    const { description, ...schema } = read(field, 'output');
    return {
      name,
      in: place,
      required: !field.safeParse(undefined).success,
      ...(typeof description === 'string' ? { description } : {}),
      schema,
    };
  });
}

function requestHeaders(route: Route): OpenApiParameter[] {
  const header = (name: string, description: string): OpenApiParameter => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string', maxLength: 200 },
  });
  const found: OpenApiParameter[] = [];
  if (acceptsIdempotencyKey(route)) {
    found.push(
      header('Idempotency-Key', 'The same key with the same request gets the first answer, for a day.'),
    );
  }
  if (acceptsIfMatch(route)) {
    found.push(
      header('If-Match', 'The ETag it was read with; refused with stale_revision if it has changed.'),
    );
  }
  return found;
}

function success(route: Route, read: ReadSchema): OpenApiResponse {
  const headers: OpenApiResponse['headers'] = { ...requestId };
  if (route.status === 202) headers['Operation-Location'] = textHeader('Where the operation can be watched');
  if (route.status === 302) headers.Location = textHeader('Where the browser continues');
  if (answersRevision(route)) headers.ETag = textHeader('The revision of its settings; send it as If-Match');
  if (acceptsIdempotencyKey(route))
    headers['Idempotency-Replayed'] = textHeader(
      '`true`: the answer to an earlier request with the same key',
    );
  const content: OpenApiResponse['content'] = {};
  if (route.response) content['application/json'] = { schema: read(route.response, 'output') };
  for (const mediaType of route.mediaTypes ?? []) content[mediaType] = { schema: {} };
  if (route.stream) content['text/event-stream'] = { schema: { type: 'string', description: route.stream } };
  const hasBody = Object.keys(content).length > 0;
  return {
    description: hasBody ? 'Success' : 'Success, without a body',
    headers,
    ...(hasBody ? { content } : {}),
  };
}

const textHeader = (description: string): OpenApiHeader => ({ description, schema: { type: 'string' } });
const requestId = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
