// https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services

/** A CORS rule of the Blob service, named as Azure Resource Manager names it. */
export interface CorsRule {
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders: string[];
  exposedHeaders: string[];
  maxAgeInSeconds: number;
}

export const CORS_LIMITS = { rules: 5, bytes: 2048, originsPerRule: 64, valueCharacters: 256 } as const;

/** What browsers need: GET with Range, and to be able to read which part came. */
export const corsRuleFor = (origins: readonly string[]): CorsRule => ({
  allowedOrigins: [...origins],
  allowedMethods: ['GET', 'HEAD'],
  allowedHeaders: ['range', 'if-match', 'if-none-match'],
  exposedHeaders: ['content-length', 'content-range', 'content-type', 'etag', 'accept-ranges'],
  maxAgeInSeconds: 3600,
});

/** What is wrong with an origin of a page, in a sentence; null when nothing is. */
export function originProblem(origin: string): string | null {
  if (origin.length > CORS_LIMITS.valueCharacters) {
    return `The origin has ${origin.length} characters. Azure allows at most ${CORS_LIMITS.valueCharacters}.`;
  }
  if (!/^https?:\/\/[^/?#\s]/.test(origin) || !URL.canParse(origin)) {
    return 'expected an origin such as https://mooring.example';
  }
  const exact = new URL(origin).origin;
  return exact === origin
    ? null
    : `A browser never sends this as its origin: it would send ${exact}, without a slash at its end.`;
}

export interface CorsMerge {
  rules: CorsRule[];
  /** Whether `rules` differ from those that exist. */
  changed: boolean;
  /** Why they cannot be merged, in a sentence; then `rules` are those that exist. */
  problem: string | null;
}

/**
 * The rules to set so that `wanted` holds, and all that held before still does. Azure takes the first rule that
 * matches origin, method and headers: so what is wanted goes to the front, where no broader rule hides its exposed
 * headers, and for its own origins and methods it takes the place of an older rule. Pure.
 */
export function mergeCorsRules(existing: readonly CorsRule[], wanted: CorsRule): CorsMerge {
  const refuse = (problem: string): CorsMerge => ({ rules: [...existing], changed: false, problem });
  for (const origin of wanted.allowedOrigins) {
    const problem = origin === '*' ? null : originProblem(origin);
    if (problem) return refuse(`${origin}: ${problem}`);
  }
  const missing = wanted.allowedOrigins.filter(
    origin => !isGranted(existing, { ...wanted, allowedOrigins: [origin] }),
  );
  if (missing.length === 0) return { rules: [...existing], changed: false, problem: null };

  const alike = existing.find(rule => sameBut(rule, wanted));
  const origins = [...new Set([...(alike?.allowedOrigins ?? []), ...wanted.allowedOrigins])];
  const rules = [{ ...wanted, allowedOrigins: origins }, ...existing.filter(rule => rule !== alike)];
  const problem = limitProblem(rules);
  return problem ? refuse(problem) : { rules, changed: true, problem: null };
}

/** Whether the first rule that a browser's request meets grants all that is wanted. */
function isGranted(rules: readonly CorsRule[], wanted: CorsRule): boolean {
  return wanted.allowedMethods.every(method => {
    const met = rules.find(
      rule =>
        holds(rule.allowedOrigins, wanted.allowedOrigins) &&
        holds(rule.allowedMethods, [method]) &&
        holds(rule.allowedHeaders, wanted.allowedHeaders),
    );
    return met !== undefined && holds(met.exposedHeaders, wanted.exposedHeaders);
  });
}

/** Each is among them, or begins as one that ends in `*`. Methods and header names regardless of case; origins not, but browsers send them in lowercase. */
const holds = (allowed: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every(value =>
    allowed.some(rule =>
      rule.endsWith('*')
        ? value.toLowerCase().startsWith(rule.slice(0, -1).toLowerCase())
        : value.toLowerCase() === rule.toLowerCase(),
    ),
  );

/** Whether two rules differ in nothing but their origins. */
const sameBut = (a: CorsRule, b: CorsRule): boolean =>
  same(a.allowedMethods, b.allowedMethods) &&
  same(a.allowedHeaders, b.allowedHeaders) &&
  same(a.exposedHeaders, b.exposedHeaders) &&
  a.maxAgeInSeconds === b.maxAgeInSeconds;
const same = (a: readonly string[], b: readonly string[]): boolean =>
  new Set([...a, ...b].map(value => value.toLowerCase())).size === a.length && a.length === b.length;

function limitProblem(rules: readonly CorsRule[]): string | null {
  if (rules.length > CORS_LIMITS.rules) {
    return `The account has ${rules.length - 1} CORS rules. It can have at most ${CORS_LIMITS.rules}. Remove one that is not needed, or join two, and try again.`;
  }
  const most = Math.max(0, ...rules.map(rule => rule.allowedOrigins.length));
  if (most > CORS_LIMITS.originsPerRule) {
    return `A CORS rule would have ${most} origins. Azure allows at most ${CORS_LIMITS.originsPerRule}. Remove some that are not needed.`;
  }
  const bytes = rules.reduce((sum, rule) => sum + sizeOf(rule), 0);
  if (bytes > CORS_LIMITS.bytes) {
    return `The CORS rules would take ${bytes} bytes. Azure allows at most ${CORS_LIMITS.bytes}. Remove one that is not needed, or shorten its lists.`;
  }
  return null;
}

/** What a rule counts towards the 2 KiB: its lists as Azure stores them, with commas, without the tags around. */
const sizeOf = (rule: CorsRule): number =>
  [
    rule.allowedOrigins.join(),
    rule.allowedMethods.join(),
    rule.allowedHeaders.join(),
    rule.exposedHeaders.join(),
    String(rule.maxAgeInSeconds),
  ].reduce((sum, list) => sum + new TextEncoder().encode(list).length, 0);
