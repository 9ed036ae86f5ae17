import { hostOf, networkFailure, ProviderError } from '@mooring/storage/server';
import type { S3Credential, S3Location } from '../schemas.ts';
import type { ErrorAnswer } from './error-answer.ts';
import { errorByCode, errorByStatus, ROLE_REFUSED, type Situation } from './error-table.ts';

/** What was tried when it failed. */
export interface Attempt {
  action: Situation['action'];
  container: string;
  key?: string;
}

/** Turns each error of one storage into a ProviderError without secrets. */
export function createS3Errors(
  { endpoint, payer, bucketOwner }: Pick<S3Location, 'endpoint' | 'payer' | 'bucketOwner'>,
  credential: S3Credential,
) {
  const host = hostOf(endpoint);
  const holder =
    'roleArn' in credential ? `The role ${credential.roleArn}` : `The access key ${credential.accessKeyId}`;

  return {
    explainAnswer(answer: ErrorAnswer, attempt: Attempt): ProviderError {
      const { status, code, retryAfterSeconds, message } = answer;
      const facts = { status, serviceCode: code ?? undefined, retryAfterSeconds };
      if (answer.isStranger)
        return new ProviderError(
          status === 503 ? 'throttled' : 'unexpected',
          `${host} answered with status ${status}, but not as S3 does.`,
          {
            fix: 'Check the endpoint and its port. A proxy, a console or another service may answer there.',
            ...facts,
          },
        );
      const row =
        attempt.action === 'assume' && code === 'AccessDenied'
          ? ROLE_REFUSED
          : (errorByCode(code) ?? errorByStatus(status));
      const situation: Situation = {
        action: attempt.action,
        container: attempt.container,
        key: attempt.key ?? null,
        endpoint,
        holder,
        payer,
        bucketOwner,
        isSession: credential.kind === 's3-temporary-keys',
        says: message,
        answered: `status ${status}${code === null ? '' : `, ${code}`}`,
      };
      return new ProviderError(row.kind, row.message(situation), {
        fix: row.fix(situation),
        check: row.check,
        mayPassSoon: row.mayPassSoon,
        ...facts,
      });
    },

    /** Explains what was thrown below HTTP. */
    explain(error: unknown): ProviderError {
      if (error instanceof ProviderError) return error;
      return (
        networkFailure(error, host) ??
        new ProviderError('unexpected', `${host} does not answer as an S3 server does.`, {
          fix: 'Check the endpoint and its port.',
          cause: error,
        })
      );
    },
  };
}
export type S3Errors = ReturnType<typeof createS3Errors>;
