/** An error answer, from any of Azure's services or from what stands before them. */
export interface ErrorAnswer {
  status: number;
  /** Of the header `x-ms-error-code` or the body; null where neither has one. */
  code: string | null;
  /** What Azure adds to a refused credential, or the header that it refuses. */
  detail: string;
  retryAfterSeconds: number | undefined;
  /** What the answer says of itself where it is not Azure's. */
  stranger?: { server: string | null; says: string };
}

/** @param header a header's value by its name in lower case */
export function readErrorAnswer(
  status: number,
  header: (name: string) => string | null | undefined,
  body: string,
): ErrorAnswer {
  const code = header('x-ms-error-code') ?? codeIn(body);
  const server = header('server') ?? null;
  const isAzures =
    code !== null ||
    header('x-ms-request-id') != null ||
    /^(windows-azure|microsoft-httpapi)/i.test(server ?? '');
  return {
    status,
    code,
    detail: detailIn(body) || headerNamed(body),
    retryAfterSeconds: readRetryAfter(header('retry-after') ?? null),
    ...(!isAzures && { stranger: { server: server && wordsOf(server), says: wordsOf(body) } }),
  };
}

/** Azure's `<Code>` of an XML body. */
export const codeIn = (body: string): string | null => /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? null;

/** Azure's `<HeaderName>`: the header that it refuses. */
export const headerNamed = (body: string): string => /<HeaderName>([^<]*)</.exec(body)?.[1] ?? '';

/** Azure's `<AuthenticationErrorDetail>`, without the text that was signed. */
const detailIn = (body: string): string =>
  (/<AuthenticationErrorDetail>([^<]*)</.exec(body)?.[1] ?? '')
    .replace(/String to sign.*/s, '')
    .trim()
    .slice(0, 300);

function readRetryAfter(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return seconds >= 0 ? seconds : undefined;
}

const MOST_WORDS = 12;

/** The first words of a page. Those that may be part of a URL are left out: proxies repeat it, with its token. */
function wordsOf(page: string): string {
  const words = page
    .slice(0, 4000)
    .replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
    .split(/\s+/)
    .filter(word => /^[\p{L}\p{N}.,:;!'’()/-]{1,30}$/u.test(word) && !/https?:/i.test(word));
  return words.slice(0, MOST_WORDS).join(' ');
}
