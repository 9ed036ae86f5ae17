import { isRestError } from '@azure/storage-blob';
import type { Clock } from '@mooring/storage/server';
import { hostOf, networkFailure, ProviderError } from '@mooring/storage/server';
import { judgeSas } from '../sas/judge.ts';
import type { ParsedSas } from '../sas/sas.ts';
import { type ErrorAnswer, readErrorAnswer } from './error-answer.ts';
import { errorByCode, errorByStatus, refinedByDetail, type Situation } from './error-table.ts';
import { nameOf } from './identity/known.ts';
import type { TokenKind } from './identity/offers.ts';
import type { AzureAccount } from './urls.ts';

/** What was tried when it failed. */
export interface Attempt {
  action: Situation['action'];
  container?: string;
  key?: string;
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
    if (answer.stranger) return notAzures(host, answer, facts);
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

    const row = (isRefusal && refinedByDetail(detail)) || errorByCode(code) || errorByStatus(status, code);
    const situation: Situation = {
      account: account.account,
      action: attempt.action,
      container: attempt.container ?? '',
      key: attempt.key ?? null,
      credential: credential.kind === 'azure-sas' ? 'sas' : 'identity',
      sas: credential.kind === 'azure-sas' ? credential.sas : null,
      detail,
      answered: `status ${status}${code === null ? '' : `, ${code}`}`,
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
        const { headers, bodyAsText } = error.response ?? {};
        const answer = readErrorAnswer(error.statusCode!, name => headers?.get(name), bodyAsText ?? '');
        return explainAnswer(answer, attempt, error);
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

/** What a proxy, filter or gateway answers says nothing of the storage. */
function notAzures(
  host: string,
  { status, stranger }: ErrorAnswer,
  facts: { retryAfterSeconds: number | undefined; cause: unknown },
): ProviderError {
  const { server, says } = stranger!;
  const named = server ? ` The answer is of the server “${server}”.` : '';
  const said = says === '' ? '' : ` It says: “${says}”.`;
  return new ProviderError(
    'unexpected',
    `Something other than Azure answered in the place of ${host}, with status ${status}.${named}${said}`,
    {
      fix: `A proxy, filter or gateway stands between Mooring and ${host}. Ask the people who run it to let Mooring through.`,
      status,
      ...facts,
    },
  );
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
