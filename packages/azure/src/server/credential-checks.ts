import type { TokenCredential } from '@azure/identity';
import type { CheckDefinition } from '@mooring/storage/server';
import { type Advise, defineCheck, type Finding, moment, ProviderError } from '@mooring/storage/server';
import { judgeSas, type SasPurpose, sasLimits } from '../sas/judge.ts';
import type { ParsedSas } from '../sas/sas.ts';
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
    const objectId = identity.clientId === null && token ? objectIdIn(token.token) : null;
    const named = objectId ? ` (object id ${objectId})` : '';
    return { observed: `${who[0]!.toUpperCase()}${who.slice(1)}${named} got a token${until}.` };
  });

/** What roles are granted to where there is no client id to name; null where the token cannot be read. */
function objectIdIn(token: string): string | null {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return /"oid":"([0-9a-f-]{36})"/.exec(claims)?.[1] ?? null;
}

const WARN_BEFORE_MS = 7 * 86_400_000;

/** Checks what SAS tokens say of themselves. Whether the storage accepts them is for later checks. */
export const sasCheck = (
  tokens: { main: ParsedSas; delivery: ParsedSas | null },
  advise: Advise,
): CheckDefinition =>
  defineCheck(
    'credential',
    ['name'],
    'A SAS that lists and reads, valid for another week or more.',
    advise,
    async context => {
      const now = context.now();
      const findings = [judge(tokens.main, 'list-and-read', now)];
      if (tokens.delivery) findings.push(judge(tokens.delivery, 'delivery', now));
      const warning = findings.find(({ status }) => status === 'warning');
      const limits = tokens.main.kind === 'account' ? [] : sasLimits(tokens.main.summary);
      return {
        ...(warning ?? {}),
        observed: [...findings.map(({ observed }) => observed), ...limits].join(' '),
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
  const { expiresAt } = sas.summary;
  if (expiresAt !== null && Date.parse(expiresAt) - now.getTime() < WARN_BEFORE_MS) {
    return {
      status: 'warning',
      observed: `The ${what} expires soon: ${moment(new Date(expiresAt))}.`,
      fix: {
        why: 'When it expires, Mooring can neither list nor read any more.',
        steps: ['Make a new token in time, and replace this one in the settings of the connection.'],
        snippets: [],
      },
    };
  }
  return { observed: `The ${what} ${grantsOf(sas)}.` };
}

/** What a token says of itself, and what it cannot do. */
function grantsOf({ kind, summary, resource }: ParsedSas): string {
  const { permissions, resourceTypes, startsAt, expiresAt, ipRange, policy } = summary;
  const what = permissions === '' ? `what its stored access policy “${policy}” says` : permissions;
  const where =
    kind === 'account' ? `on ${resourceTypes} (sp, srt)` : `on one ${summary.type} (sp, sr=${resource})`;
  const from = startsAt ? ` from ${moment(new Date(startsAt))}` : '';
  const until = expiresAt
    ? ` until ${moment(new Date(expiresAt))}`
    : ', until when its stored access policy says';
  const addresses = ipRange ? `, from the addresses ${ipRange} only` : '';
  return `grants ${what} ${where}${from}${until}${addresses}`;
}
