/** An error answer of S3 or STS, or of what stands before them. */
export interface ErrorAnswer {
  status: number;
  /** Null where the answer has none, as every answer to HEAD. */
  code: string | null;
  /** What it says, without what could be part of a signature. */
  message: string;
  /** The region that it names. */
  region: string | null;
  retryAfterSeconds: number | undefined;
  /** Whether nothing in it is that of an S3 server: a proxy, a page. */
  isStranger: boolean;
}

/** @param header a header's value by its name in lower case */
export function readErrorAnswer(
  status: number,
  header: (name: string) => string | null,
  body: string,
): ErrorAnswer {
  const code = tag(body, 'Code');
  const retryAfter = Number(header('retry-after') ?? Number.NaN);
  return {
    status,
    code,
    message: (tag(body, 'Message') ?? '').replace(/\s+/g, ' ').slice(0, 300),
    region: header('x-amz-bucket-region') ?? tag(body, 'Region'),
    retryAfterSeconds: retryAfter >= 0 ? retryAfter : undefined,
    isStranger: code === null && body !== '' && header('x-amz-request-id') === null,
  };
}

const ENTITIES: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
};

const tag = (body: string, name: string): string | null =>
  new RegExp(`<${name}>([^<]*)</${name}>`)
    .exec(body)?.[1]
    ?.replace(/&(?:lt|gt|amp|quot|apos|#39);/g, entity => ENTITIES[entity]!) ?? null;
