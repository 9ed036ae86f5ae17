import { select } from '@clack/prompts';
import type { CredentialKind, Installation } from '@mooring/contract';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { answered } from '../../secret.ts';
import type { CredentialOptions } from './credential-options.ts';

/** How a credential is given on the command line, to follow “both”. */
const GIVEN: [CredentialKind, string, (options: CredentialOptions) => unknown][] = [
  ['azure-mooring-app', '--mooring-app', options => options.mooringApp],
  ['azure-managed-identity', '--managed-identity', options => options.managedIdentity],
  ['azure-cli', '--azure-cli', options => options.azureCli],
  ['azure-app-federated', '--federated', options => options.federated],
  ['azure-app-certificate', 'a certificate', options => options.certificateFile],
  ['azure-app', 'a client secret', options => options.clientSecret ?? options.clientSecretFile],
  ['azure-sas', 'a SAS token', options => options.sasToken ?? options.sasTokenFile],
];

/**
 * Which credential the options choose, else the environment, else the answer to a question. What stands on the command
 * line comes before the environment.
 * @param installation what the server offers, for the question
 */
export async function kindOf(
  io: Io,
  options: CredentialOptions,
  installation: () => Promise<Installation>,
): Promise<CredentialKind> {
  const given = GIVEN.filter(([, , isGiven]) => isGiven(options));
  const isApp = options.tenantId !== undefined || options.clientId !== undefined;
  if (given.length > 1) throw both(given[0]![1], given[1]![1]);
  if (given[0]) {
    const [kind, words] = given[0];
    if (kind === 'azure-sas' && isApp) throw both('an app registration', words);
    return kind;
  }
  const secret = io.env.MOORING_CLIENT_SECRET?.trim();
  const sas = io.env.MOORING_SAS_TOKEN?.trim();
  if ((isApp || secret) && sas) throw both('an app registration', 'a SAS token');
  if (isApp || secret) return 'azure-app';
  if (sas) return 'azure-sas';
  if (canAsk(io)) return ask(io, await installation());
  throw new UsageError(
    'No credential is given.',
    'Give --tenant-id, --client-id and --client-secret-file, or --sas-token-file. See --help for others.',
  );
}

const both = (one: string, other: string): UsageError =>
  new UsageError(
    `Both ${one} and ${other} are given.`,
    'Give one of them; look at MOORING_CLIENT_SECRET and MOORING_SAS_TOKEN too.',
  );

async function ask(io: Io, { mooringApp, federation, managedIdentity, azureCli }: Installation) {
  const chosen = await select<CredentialKind>({
    message: 'Credential',
    input: io.stdin,
    output: io.stderr,
    options: [
      {
        value: 'azure-app',
        label: 'App registration with a secret',
        hint: 'browsers load straight from the storage',
      },
      { value: 'azure-app-certificate', label: 'App registration with a certificate' },
      ...(federation
        ? [{ value: 'azure-app-federated' as const, label: 'App registration that trusts this installation' }]
        : []),
      ...(mooringApp
        ? [
            {
              value: 'azure-mooring-app' as const,
              label: 'The app of this installation',
              hint: 'after consent',
            },
          ]
        : []),
      ...(managedIdentity
        ? [{ value: 'azure-managed-identity' as const, label: 'The managed identity of the machine' }]
        : []),
      ...(azureCli ? [{ value: 'azure-cli' as const, label: 'The sign-in of the Azure CLI' }] : []),
      { value: 'azure-sas', label: 'SAS token', hint: 'browsers load through Mooring' },
    ],
  });
  return answered(chosen);
}
