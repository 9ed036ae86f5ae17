import type { IncomingMessage } from 'node:http';
import type { AzureError } from '../front/errors.ts';
import type { Answer } from './answer.ts';

/** One rule is enough here: the last that was set, for every path. */
export interface CorsRule {
  origins: string[];
  methods: string[];
  headers: string;
  exposed: string;
}

/** The first CORS rule of a `Set Blob Service Properties` body; null where it has none. */
export function readCorsRule(xml: string): CorsRule | null {
  const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  if (!of('AllowedOrigins')) return null;
  return {
    origins: of('AllowedOrigins').split(','),
    methods: of('AllowedMethods').split(','),
    headers: of('AllowedHeaders'),
    exposed: of('ExposedHeaders'),
  };
}

/** Headers of an answer to a browser; none where no rule is for its origin. */
export function corsHeaders({ headers }: IncomingMessage, rule: CorsRule | null): Record<string, string> {
  const allowed = allowedOrigin(headers.origin, rule);
  return allowed
    ? { 'access-control-allow-origin': allowed, 'access-control-expose-headers': rule!.exposed }
    : {};
}

export function answerPreflight({ headers }: IncomingMessage, rule: CorsRule | null): Answer | AzureError {
  const allowed = allowedOrigin(headers.origin, rule);
  const method = String(headers['access-control-request-method'] ?? '');
  if (!allowed || !rule!.methods.includes(method)) return refused;
  return {
    status: 200,
    headers: {
      'access-control-allow-origin': allowed,
      'access-control-allow-methods': method,
      'access-control-allow-headers': String(headers['access-control-request-headers'] ?? ''),
      'access-control-max-age': 3600,
    },
  };
}

function allowedOrigin(origin: string | undefined, rule: CorsRule | null): string | null {
  if (!origin || !rule) return null;
  if (rule.origins.includes('*')) return '*';
  return rule.origins.includes(origin) ? origin : null;
}

const refused: AzureError = {
  status: 403,
  code: 'CorsPreflightFailure',
  message: 'CORS not enabled or no matching rule found for this request.',
};
