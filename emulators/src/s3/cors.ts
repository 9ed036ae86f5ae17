import type { IncomingMessage } from 'node:http';
import { S3Failure } from './errors.ts';

/** A rule of a bucket. */
export interface S3CorsRule {
  ID?: string;
  AllowedOrigins: string[];
  AllowedMethods: string[];
  AllowedHeaders?: string[];
  ExposeHeaders?: string[];
  MaxAgeSeconds?: number;
}

const isLike = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map(part => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
      .join('.*')}$`,
    'i',
  ).test(text);

const ruleFor = (rules: readonly S3CorsRule[], origin: string, method: string, headers: string[]) =>
  rules.find(
    rule =>
      rule.AllowedOrigins.some(pattern => isLike(pattern, origin)) &&
      rule.AllowedMethods.includes(method) &&
      headers.every(header => (rule.AllowedHeaders ?? []).some(pattern => isLike(pattern, header))),
  );

const named = (rule: S3CorsRule, origin: string): Record<string, string> => ({
  'access-control-allow-origin': rule.AllowedOrigins.includes('*') ? '*' : origin,
  'access-control-allow-methods': rule.AllowedMethods.join(', '),
  ...(rule.ExposeHeaders && { 'access-control-expose-headers': rule.ExposeHeaders.join(', ') }),
  vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
});

/** Headers of an answer to a browser; without an origin none at all, not even Vary. */
export function corsHeaders(
  { headers, method }: IncomingMessage,
  rules: readonly S3CorsRule[],
): Record<string, string> {
  const { origin } = headers;
  const rule = origin === undefined ? undefined : ruleFor(rules, origin, method ?? 'GET', []);
  return rule ? named(rule, origin!) : {};
}

/** @throws S3Failure where no rule allows it */
export function preflight(
  { headers }: IncomingMessage,
  rules: readonly S3CorsRule[],
): Record<string, string> {
  const origin = headers.origin ?? '';
  const method = String(headers['access-control-request-method'] ?? '');
  const asked = String(headers['access-control-request-headers'] ?? '')
    .split(',')
    .map(header => header.trim())
    .filter(header => header !== '');
  const rule = ruleFor(rules, origin, method, asked);
  if (!rule)
    throw new S3Failure(
      403,
      'AccessForbidden',
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
  return {
    ...named(rule, origin),
    ...(asked.length > 0 && { 'access-control-allow-headers': asked.join(', ') }),
    'access-control-max-age': String(rule.MaxAgeSeconds ?? 0),
  };
}
