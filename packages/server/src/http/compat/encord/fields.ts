import { z } from 'zod';

// How the client of Encord writes values. Unknown keys of a newer client are no mistake.

/** `True` and `False` in queries, as Python writes them. */
export const flag = z
  .union([z.boolean(), z.string().transform(text => /^(true|1)$/i.test(text))])
  .default(false);

export const name = z.string().trim().min(1).max(200);
export const description = z.string().max(10_000);
export const uuid = z.string().max(100);

const MOST_METADATA_CHARS = 100_000;

/** An object, or the same as a text. */
export const clientMetadata = z
  .union([z.string().max(MOST_METADATA_CHARS), z.record(z.string(), z.unknown())])
  .transform((value, context): Record<string, unknown> => {
    const parsed = typeof value === 'string' ? fromJson(value) : value;
    const text = JSON.stringify(parsed);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    if (isObject && text.length <= MOST_METADATA_CHARS && !text.includes('\\u0000') && text.isWellFormed())
      return parsed as Record<string, unknown>;
    context.addIssue({
      code: 'custom',
      message: `expected a JSON object of at most ${MOST_METADATA_CHARS} characters without NUL`,
    });
    return z.NEVER;
  });

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused by the caller, which expects an object
  }
}

/** How a page is asked for. */
export const paging = {
  pageSize: z.coerce.number().int().min(1).max(1000).default(100),
  pageToken: z.string().max(10_000).optional(),
};

export const timeoutSeconds = z.coerce.number().min(0).default(0);
