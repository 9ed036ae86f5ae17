import { z } from 'zod';
import type { RouteId } from './routes.ts';

export type JsonSchema = { [key: string]: unknown };

/** A schema as requests send it (`input`) or as answers have it (`output`). */
export type ReadSchema = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

/** Turns Zod schemas into JSON Schema; those with an id become components, and every use refers to them. */
export function createSchemas() {
  const named: Record<string, JsonSchema> = {};

  const read: ReadSchema = (schema, io) => {
    const { $schema, $defs, ...own } = z.toJSONSchema(schema, {
      io,
      override: ({ jsonSchema }) => simplify(jsonSchema, io),
    }) as JsonSchema;
    for (const [id, definition] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>)) {
      const { id: _, ...component } = toComponentRefs(definition) as JsonSchema;
      add(id, nameVariants(id, component));
    }
    return toComponentRefs(own) as JsonSchema;
  };

  function add(name: string, component: JsonSchema): void {
    const known = named[name];
    if (known && JSON.stringify(known) !== JSON.stringify(component)) {
      throw new Error(`The schema ${name} differs between requests and answers: give them two ids.`);
    }
    named[name] = component;
  }

  /**
   * Makes a component of each variant of a union that a `kind` tells apart, named by it: `LinkScopeAsset`. Generators of
   * clients number variants without a name, and two of those can collide.
   */
  function nameVariants(union: string, component: JsonSchema): JsonSchema {
    const variants = ((component.oneOf ?? []) as JsonSchema[]).map(schema => ({
      kind: kindOf(schema),
      schema,
    }));
    if (variants.length === 0 || variants.some(({ kind }) => kind === null)) return component;
    const refs = variants.map(({ kind, schema }) => {
      const name = union + pascalCase(kind!);
      add(name, schema);
      return { kind, $ref: `#/components/schemas/${name}` };
    });
    const mapping = Object.fromEntries(refs.map(({ kind, $ref }) => [kind, $ref]));
    return {
      ...component,
      oneOf: refs.map(({ $ref }) => ({ $ref })),
      discriminator: { propertyName: 'kind', mapping },
    };
  }

  /** The body of a route. One without an id gets a name made from its route's: `CreateTokenRequest`. */
  const nameBody = (id: RouteId, body: z.ZodType): JsonSchema => {
    const schema = read(body, 'input');
    if (schema.$ref) return schema;
    const name = `${id[0]!.toUpperCase()}${id.slice(1)}Request`;
    named[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  };

  return { named, read, nameBody };
}
export type Schemas = ReturnType<typeof createSchemas>;

/** The `kind` that a schema of objects demands; null where it demands none. */
function kindOf({ properties }: JsonSchema): string | null {
  const kind = (properties as Record<string, JsonSchema> | undefined)?.kind?.const;
  return typeof kind === 'string' ? kind : null;
}

const pascalCase = (words: string): string =>
  words.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());

/** Leaves out what tells a reader nothing, what only some tools read, and what would break clients when answers gain fields. */
function simplify(schema: JsonSchema, io: 'input' | 'output'): void {
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format) delete schema.pattern;
  if (typeof schema.pattern === 'string') schema.pattern = withoutClasses(schema.pattern);
  if (schema.oneOf && schema.default !== undefined) describeDefault(schema);
}

/**
 * A pattern in the words that all engines know: of the classes of Unicode, `Cc` are these characters, and `Cs` are halves
 * of surrogate pairs, which well-formed JSON does not have.
 */
const withoutClasses = (pattern: string): string =>
  pattern
    .replaceAll('\\p{Cc}', '\\x00-\\x1f\\x7f-\\x9f')
    .replaceAll('\\p{Cs}', '')
    .replaceAll('\\0', '\\x00');

/** Says the default of a union in words: generators of clients know no default that is an object. */
function describeDefault(schema: JsonSchema): void {
  schema.description = [schema.description, `Default: \`${JSON.stringify(schema.default)}\``]
    .filter(Boolean)
    .join('. ');
  delete schema.default;
}

function toComponentRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toComponentRefs);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : toComponentRefs(inner),
    ]),
  );
}
