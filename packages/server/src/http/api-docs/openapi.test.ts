import { readFileSync } from 'node:fs';
import { type Route, routes } from '@mooring/contract';
import { createOpenApi } from '@mooring/contract/openapi';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { STORAGE_KINDS } from '../../kinds.ts';

const root = new URL('../../../../../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('packages/contract/package.json', root), 'utf8'));
const document = createOpenApi({ version, kinds: STORAGE_KINDS.map(({ kind }) => kind.api) });

/** What a route takes or answers that is not described by a schema. */
const bytesOf = (id: keyof typeof routes): readonly string[] => [
  'application/octet-stream',
  ...((routes[id] as Route).mediaTypes ?? []),
];

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('is refused by the validator when it is broken', async () => {
    const broken = structuredClone(document) as unknown as { paths: Record<string, Record<string, object>> };
    broken.paths['/health']!.get = { operationId: 'health', responses: 'none' };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it('refers only to components that exist', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(refs.length).toBeGreaterThan(50);
    for (const [, kind, name] of refs) {
      expect(document.components[kind as 'schemas']).toHaveProperty(name!);
    }
  });

  it('describes every route of the contract once', () => {
    const described = Object.values(document.paths).flatMap(path =>
      Object.values(path).map(o => o.operationId),
    );
    expect(described.sort()).toEqual(Object.keys(routes).sort());
  });

  it('says what a route needs and takes', () => {
    const create = document.paths['/v1/connections']!.post!;
    expect(create.description).toContain('Needs the role administrator');
    expect(create.parameters?.map(p => p.name)).toEqual(['Idempotency-Key']);
    const body = { $ref: '#/components/schemas/CreateConnectionRequest' };
    expect(create.requestBody?.content['application/json']?.schema).toEqual(body);
    expect(document.components.schemas.CreateConnectionRequest).toMatchObject({
      required: ['name', 'location', 'credential'],
      additionalProperties: false,
    });
    expect(document.paths['/health']!.get!.security).toEqual([]);
    const list = document.paths['/v1/assets']!.get!.parameters!;
    expect(list.find(p => p.name === 'recursive')).toMatchObject({
      required: false,
      schema: { type: 'boolean' },
    });
    const stream = document.paths['/v1/connections/{connectionId}/checks']!.post!.responses[200]!;
    expect(stream).toHaveProperty(['content', 'text/event-stream']);
  });

  it('names the schema of every body, and of every answer or item of a page', () => {
    const operations = Object.values(document.paths).flatMap(path => Object.values(path));
    for (const { operationId, requestBody, responses } of operations) {
      const contents = [requestBody, ...Object.values(responses)].flatMap(part =>
        part && 'content' in part && part.content
          ? Object.entries(part.content as Record<string, { schema: object }>)
              .filter(([mediaType]) => !bytesOf(operationId).includes(mediaType)) // bytes need no schema
              .map(([, content]) => content)
          : [],
      );
      for (const { schema } of contents) {
        const isStream = 'type' in schema && schema.type === 'string';
        const named = expect.stringMatching(/^#\/components\/schemas\/[A-Z]/);
        const page = { properties: { items: { items: { $ref: named } }, nextCursor: {} } };
        if (!isStream) expect(schema, operationId).toMatchObject('$ref' in schema ? { $ref: named } : page);
      }
    }
  });

  it('says which headers go with a revision, and with a repeated request', () => {
    const { get, patch } = document.paths['/v1/connections/{connectionId}']!;
    expect(get!.responses[200]).toHaveProperty('headers.ETag');
    expect(patch!.parameters!.map(p => p.name)).toContain('If-Match');
    expect(document.paths['/v1/me']!.patch).not.toHaveProperty('parameters');
    const created = document.paths['/v1/tokens']!.post!.responses[201];
    expect(created).toHaveProperty('headers.Idempotency-Replayed');
  });

  it('lets answers gain fields', () => {
    expect(document.components.schemas.Asset).not.toHaveProperty('additionalProperties');
  });

  it('is the one in docs/reference (npm run openapi writes it)', () => {
    const written = readFileSync(new URL('docs/reference/openapi.json', root), 'utf8');
    expect(written).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });
});
