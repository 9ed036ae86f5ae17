import type { CheckContext, CheckDefinition, Guard, Provider } from '@mooring/storage/server';
import {
  type Advise,
  defineCheck,
  type ExplainAnswer,
  endpointChecks,
  fetchCheck,
  listCheck,
  ProviderError,
  preflightCheck,
  readChecks,
  signCheck,
  surveyCheck,
  writeCheck,
} from '@mooring/storage/server';
import { parseAzureLocation } from '../location.ts';
import { corsSnippets } from '../setup/cors-fix.ts';
import { readErrorAnswer } from './error-answer.ts';
import type { AzureErrors } from './errors.ts';
import { type AzureAccount, containerUrl } from './urls.ts';

/**
 * The checks of a connection, as far as they apply: without a signer browsers never talk to the storage, and a
 * client-only connection neither reads nor writes.
 */
export function azureChecks(
  location: AzureAccount,
  { errors, advise }: { errors: AzureErrors; advise: Advise },
  provider: Pick<Provider, 'capabilities' | 'list' | 'reader' | 'signer' | 'writer'> & {
    credentialCheck: CheckDefinition;
    guard: Guard;
  },
): CheckDefinition[] {
  const { credentialCheck, capabilities, reader, signer, writer, guard } = provider;
  const { dispatcher } = guard;
  const preflight = {
    dispatcher,
    containerUrl: (container: string) => containerUrl(location, container),
    mayRead: reader !== null,
    howToAllow:
      'Add a CORS rule for the Blob service of the storage account. You can remove a wrong rule in the Azure portal under “Resource sharing (CORS)”.',
    snippets: ({ container, prefix }: CheckContext, origins: readonly string[]) =>
      corsSnippets({ ...location, container, prefix }, origins),
  };
  return [
    nameCheck(location, advise),
    ...endpointChecks(location.endpoint, guard, advise),
    credentialCheck,
    listCheck(provider, advise),
    ...(reader ? readChecks(reader, advise) : []),
    ...(signer ? [signCheck(signer, capabilities, advise)] : []),
    ...(signer && reader ? [fetchCheck(dispatcher, explainWith(errors), advise)] : []),
    ...(signer ? [preflightCheck(preflight, advise)] : []),
    ...(writer ? [writeCheck(writer, advise)] : []),
    surveyCheck(
      provider,
      'Move the objects that you need to the hot, cool or cold tier, then run the checks again.',
      advise,
    ),
  ];
}

/** Checks that account, endpoint, container and prefix can exist, before anything is sent. */
const nameCheck = (location: AzureAccount, advise: Advise): CheckDefinition =>
  defineCheck(
    'name',
    [],
    'An account and a container with names that Azure allows.',
    advise,
    async ({ container, prefix }) => {
      const parsed = parseAzureLocation({ ...location, container, prefix });
      if (!parsed.ok) throw new ProviderError('invalid', parsed.message, { fix: parsed.fix });
      return { observed: `${location.endpoint}/${container}${prefix && `, below “${prefix}”`}.` };
    },
  );

const explainWith =
  (errors: AzureErrors): ExplainAnswer =>
  ({ status, header, body }, { container, sample }) =>
    errors.explainAnswer(readErrorAnswer(status, header, body.toString()), {
      action: 'read',
      container,
      key: sample!.key,
    });
