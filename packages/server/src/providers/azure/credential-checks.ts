import type { TokenCredential } from '@azure/identity';
import { type AccountSas, judgeSas, type ParsedSas, type SasPurpose } from '@mooring/contract';
import { type Advise, defineCheck, type Finding } from '../checks/define-check.ts';
import { moment } from '../checks/words.ts';
import { ProviderError } from '../errors.ts';
import type { CheckDefinition } from '../provider.ts';
import type { AzureCalls } from './calls.ts';
import type { KnownIdentity } from './errors.ts';
import { describeIdentity } from './identity/known.ts';
import { STORAGE_SCOPE } from './identity/tokens.ts';

/** Checks that Entra ID gives the identity a token for storage. What the token may do is for later checks. */
export const identityCheck = (
  identity: KnownIdentity,
  tokens: TokenCredential,
  call: AzureCalls,
  advise: Advise,
): CheckDefinition =>
  defineCheck('credential', ['name'], 'Microsoft Entra ID issues a token.', advise, async context => {
    const token = await call({ action: 'list' }, context.signal, () => tokens.getToken(STORAGE_SCOPE));
    const until = token ? `, valid until ${moment(new Date(token.expiresOnTimestamp))}` : '';
    const who = describeIdentity(identity);
    return { observed: `${who[0]!.toUpperCase()}${who.slice(1)} got a token${until}.` };
  });

const WARN_BEFORE_MS = 7 * 86_400_000;

/** Checks what SAS tokens say of themselves. Whether the storage accepts them is for later checks. */
export const sasCheck = (
  tokens: { main: ParsedSas; delivery: AccountSas | null },
  advise: Advise,
): CheckDefinition =>
  defineCheck(
    'credential',
    ['name'],
    'An account SAS that lists and reads, valid for another week or more.',
    advise,
    async context => {
      const now = context.now();
      const findings = [judge(tokens.main, 'list-and-read', now)];
      if (tokens.delivery) findings.push(judge(tokens.delivery, 'delivery', now));
      const warning = findings.find(({ status }) => status === 'warning');
      return {
        ...(warning ?? {}),
        observed: findings.map(({ observed }) => observed).join(' '),
      };
    },
  );

/** @throws ProviderError `unauthenticated` where the token cannot serve the purpose */
function judge(sas: ParsedSas, purpose: SasPurpose, now: Date): Finding {
  const [problem] = judgeSas(sas, purpose, now);
  if (problem?.level === 'error') {
    throw new ProviderError('unauthenticated', problem.message, { fix: problem.fix });
  }
  if (problem) {
    return {
      status: 'warning',
      observed: problem.message,
      fix: { why: problem.message, steps: [problem.fix], snippets: [] },
    };
  }
  const what = purpose === 'delivery' ? 'delivery token' : 'token';
  const expiresAt = new Date(sas.summary.expiresAt!); // judged to be an account SAS, which has one
  if (expiresAt.getTime() - now.getTime() < WARN_BEFORE_MS) {
    return {
      status: 'warning',
      observed: `The ${what} expires soon: ${moment(expiresAt)}.`,
      fix: {
        why: 'When it expires, Mooring can neither list nor read any more.',
        steps: ['Make a new token in time, and replace this one in the settings of the connection.'],
        snippets: [],
      },
    };
  }
  const { permissions, resourceTypes, startsAt, ipRange } = sas.summary;
  const from = startsAt ? `from ${moment(new Date(startsAt))} ` : '';
  const addresses = ipRange ? `, from the addresses ${ipRange} only` : '';
  return {
    observed: `The ${what} grants ${permissions} on ${resourceTypes} (sp, srt) ${from}until ${moment(expiresAt)}${addresses}.`,
  };
}
