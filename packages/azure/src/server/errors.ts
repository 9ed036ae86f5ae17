import { isRestError, type RestError } from '@azure/storage-blob';
import type { Clock } from '@mooring/storage/server';
import { hostOf, networkFailure, ProviderError } from '@mooring/storage/server';
import { judgeSas } from '../sas/judge.ts';
import type { ParsedSas } from '../sas/sas.ts';
import { ERRORS_BY_CODE, errorByStatus, refinedByDetail, type Situation } from './error-table.ts';
import { nameOf } from './identity/known.ts';
import type { TokenKind } from './identity/offers.ts';
import type { AzureAccount } from './urls.ts';

/** What was tried when it failed. */
export interface Attempt {
  action: Situation['action'];
  container?: string;
  key?: string;
}

/** An error answer of the storage, from any of its services. */
export interface ErrorAnswer {
  status: number;
  /** Of the header `x-ms-error-code` or the body; null where neither has one. */
  code: string | null;
  /** What Azure adds to a refused credential. */
  detail: string;
  retryAfterSeconds: number | undefined;
}

/** An identity of Microsoft Entra ID, as far as it is known without asking. */
export interface KnownIdentity {
  kind: TokenKind;
  /** Null: that of the machine, or of the person who is signed in. */
  tenantId: string | null;
  clientId: string | null;
}

export type KnownCredential =
  | KnownIdentity
  | {
      kind: 'azure-sas';
      sas: ParsedSas;
      /** The container of the connection: what a SAS of a container was made for. */
      container?: string;
    };

/** Turns each error of one account into a ProviderError without secrets. */
export function createAzureErrors(
  account: AzureAccount,
  credential: KnownCredential,
  { clock }: { clock: Clock },
) {
  const host = hostOf(account.endpoint);

  const explainAnswer = (answer: ErrorAnswer, attempt: Attempt, cause?: unknown): ProviderError => {
    const { status, code, detail, retryAfterSeconds } = answer;
    const facts = { status, serviceCode: code ?? undefined, retryAfterSeconds, cause };
    const isRefusal = status === 401 || status === 403;
    const dates =
      isRefusal && credential.kind === 'azure-sas' ? datesProblem(credential.sas, clock.now()) : null;
    if (dates)
      return new ProviderError('unauthenticated', dates.message, {
        ...{ fix: dates.fix, check: 'credential' },
        ...facts,
      });

    const elsewhere = isRefusal ? otherContainer(credential, attempt) : null;
    if (elsewhere) return new ProviderError('forbidden', elsewhere.message, { fix: elsewhere.fix, ...facts });

    const row = (isRefusal && refinedByDetail(detail)) || ERRORS_BY_CODE[code ?? ''] || errorByStatus(status);
    const situation: Situation = {
      account: account.account,
      action: attempt.action,
      container: attempt.container ?? '',
      key: attempt.key ?? null,
      credential: credential.kind === 'azure-sas' ? 'sas' : 'identity',
      holder: credential.kind === 'azure-sas' ? 'the SAS token' : nameOf(credential),
    };
    return new ProviderError(row.kind, row.message(situation), {
      fix: row.fix(situation),
      mayPassSoon: row.mayPassSoon?.(situation),
      ...facts,
    });
  };

  return {
    explainAnswer,

    /** Explains what the SDK threw. */
    explain(error: unknown, attempt: Attempt): ProviderError {
      if (error instanceof ProviderError) return error;
      if (isRestError(error) && (error.statusCode ?? 0) >= 400) {
        return explainAnswer(readAnswer(error), attempt, error);
      }
      return networkFailure(isAbort(error) ? brokenOff(error) : error, host) ?? notAzure(host, error);
    },
  };
}
export type AzureErrors = ReturnType<typeof createAzureErrors>;

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** The SDK reports a body that broke off as an abort. Aborts by the caller never come here. */
const brokenOff = (cause: unknown): Error =>
  Object.assign(new Error('the connection broke off', { cause }), { code: 'ECONNRESET' });

function notAzure(host: string, cause: unknown): ProviderError {
  if (cause instanceof Error && /non-TLS protected/.test(cause.message)) {
    return new ProviderError('invalid', 'Access tokens may not travel over http://.', {
      fix: 'Use the https:// endpoint of the account.',
      cause,
    });
  }
  return new ProviderError('unexpected', `${host} does not answer as Azure Blob storage does.`, {
    fix: 'Check that the endpoint is that of a storage account, and that no proxy answers in its place.',
    cause,
  });
}

/** Azure answers to a SAS of another container as to a wrong signature. */
const otherContainer = (known: KnownCredential, { container }: Attempt) =>
  known.kind === 'azure-sas' &&
  known.sas.kind !== 'account' &&
  known.container !== undefined &&
  container !== undefined &&
  container !== known.container
    ? {
        message: `The SAS token was made for the container “${known.container}” and does not open “${container}”.`,
        fix: 'Make a separate connection for that container, or use an app registration or an account SAS for both.',
      }
    : null;

/** Recognises an expired token here, before the service's codes: those do not always name it. */
const datesProblem = (sas: ParsedSas, now: Date) =>
  judgeSas(sas, 'list-and-read', now).find(
    ({ code }) => code === 'sas_expired' || code === 'sas_not_yet_valid',
  );

/** Answers to HEAD have no body, and only the header names the code. */
function readAnswer(error: RestError): ErrorAnswer {
  const headers = error.response?.headers;
  return {
    status: error.statusCode!,
    code: headers?.get('x-ms-error-code') ?? codeIn(error.response?.bodyAsText ?? ''),
    detail: detailIn(error.response?.bodyAsText ?? ''),
    retryAfterSeconds: readRetryAfter(headers?.get('retry-after') ?? null),
  };
}

/** Azure's `<Code>` of an XML body. */
export const codeIn = (body: string): string | null => /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? null;

/** Azure's `<AuthenticationErrorDetail>` of an XML body. */
export const detailIn = (body: string): string => /<AuthenticationErrorDetail>([^<]*)</.exec(body)?.[1] ?? '';

export function readRetryAfter(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return seconds >= 0 ? seconds : undefined;
}
