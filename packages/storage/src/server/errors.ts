import type { CheckId, Fix } from '@mooring/contract';

/**
 * The closed set of ways in which a storage can fail us. Each provider maps its statuses and service codes
 * onto these in one table; nothing else in Mooring looks at a provider's own codes.
 */
export const ERROR_KINDS = [
  'not-found', // the account, container or object is not there
  'unauthenticated', // the credential itself was refused (wrong, expired, not yet valid)
  'forbidden', // the credential is fine but may not do this
  'network-rules', // a firewall or private endpoint keeps us out
  'archived', // the object is in a tier that cannot be read
  'immutable', // a retention rule keeps the object as it is
  'changed', // the object is no longer the one we asked for
  'range', // the range lies outside the object
  'throttled', // slow down
  'unreachable', // no such host, refused, reset, timed out
  'tls', // the certificate is not trusted or not for this host
  'invalid', // we asked for something that cannot be: a bad name, an unsupported option
  'unexpected', // an answer that makes no sense
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

const RETRYABLE: ReadonlySet<ErrorKind> = new Set(['throttled', 'unreachable', 'unexpected']);

/**
 * `message` is public: what was observed, in a sentence, without secrets. `fix` is the next step.
 * `cause` is the error underneath, for the log.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ErrorKind;
  readonly fix: string;
  /** HTTP status of the storage's answer, where there was one. */
  readonly status: number | undefined;
  /** The service's own code, e.g. `AuthorizationPermissionMismatch`. */
  readonly serviceCode: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Whether it may end within minutes by itself: a role that was granted just now takes a while to work. */
  readonly mayPassSoon: boolean;
  /** The check that looks for this cause, where that is another one than the check for what was tried. */
  readonly check: CheckId | undefined;
  /** How to mend it, with what to copy. The server adds it, by `advise` of the provider that failed. */
  readonly remedy: Fix | undefined;

  constructor(
    kind: ErrorKind,
    message: string,
    options: {
      fix: string;
      status?: number | undefined;
      serviceCode?: string | undefined;
      retryAfterSeconds?: number | undefined;
      mayPassSoon?: boolean | undefined;
      check?: CheckId | undefined;
      remedy?: Fix | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.fix = options.fix;
    this.status = options.status;
    this.serviceCode = options.serviceCode;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.mayPassSoon = options.mayPassSoon ?? false;
    this.check = options.check;
    this.remedy = options.remedy;
  }

  /** The same failure, with more that is known of it. */
  with(more: { check?: CheckId; remedy?: Fix }): ProviderError {
    return new ProviderError(this.kind, this.message, { ...this, ...more, cause: this });
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return RETRYABLE.has(this.kind);
  }
}
