import { select, text } from '@clack/prompts';
import type { CredentialInput } from '@mooring/contract';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { answered, askSecret, readSecret } from '../../secret.ts';

export interface CredentialOptions {
  tenantId?: string;
  clientId?: string;
  clientSecretFile?: string;
  clientSecret?: string;
  sasTokenFile?: string;
  sasToken?: string;
  deliverySasTokenFile?: string;
  deliverySasToken?: string;
}

/**
 * The credential that the options, the environment and, on a terminal, the answers make.
 * @param sasInAddress a SAS token that came with the address of the container
 */
export async function readCredential(
  io: Io,
  options: CredentialOptions,
  sasInAddress: string | undefined,
): Promise<CredentialInput> {
  const clientSecret = await readSecret(io, {
    name: 'client secret',
    fileOption: '--client-secret-file',
    file: options.clientSecretFile,
    valueOption: '--client-secret',
    value: options.clientSecret,
    env: 'MOORING_CLIENT_SECRET',
  });
  const sasToken = await readSecret(io, {
    name: 'SAS token',
    fileOption: '--sas-token-file',
    file: options.sasTokenFile,
    valueOption: options.sasToken ? '--sas-token' : 'an address that contains it',
    value: options.sasToken ?? sasInAddress,
    env: 'MOORING_SAS_TOKEN',
  });
  const kind = await kindOf(io, options, { clientSecret, sasToken });
  switch (kind) {
    case 'azure-app':
      return {
        kind: 'azure-app',
        tenantId: await textOf(io, options.tenantId, '--tenant-id', 'Directory (tenant) id'),
        clientId: await textOf(io, options.clientId, '--client-id', 'Application (client) id'),
        clientSecret: clientSecret ?? (await ask(io, 'client secret', '--client-secret-file')),
      };
    case 'azure-sas': {
      const deliverySasToken = await readSecret(io, {
        name: 'delivery SAS token',
        fileOption: '--delivery-sas-token-file',
        file: options.deliverySasTokenFile,
        valueOption: '--delivery-sas-token',
        value: options.deliverySasToken,
        env: 'MOORING_DELIVERY_SAS_TOKEN',
      });
      return {
        kind: 'azure-sas',
        sasToken: sasToken ?? (await ask(io, 'SAS token', '--sas-token-file')),
        ...(deliverySasToken === null ? {} : { deliverySasToken }),
      };
    }
    default:
      throw new UsageError(`${kind} cannot be chosen here.`, 'Choose an app registration or a SAS token.');
  }
}

async function kindOf(
  io: Io,
  { tenantId, clientId }: CredentialOptions,
  given: { clientSecret: string | null; sasToken: string | null },
): Promise<CredentialInput['kind']> {
  const isApp = tenantId !== undefined || clientId !== undefined || given.clientSecret !== null;
  if (isApp && given.sasToken !== null) {
    throw new UsageError(
      'Both an app registration and a SAS token are given.',
      'Give one of them; look at MOORING_CLIENT_SECRET and MOORING_SAS_TOKEN too.',
    );
  }
  if (isApp) return 'azure-app';
  if (given.sasToken !== null) return 'azure-sas';
  if (!canAsk(io)) {
    throw new UsageError(
      'No credential is given.',
      'Give --tenant-id, --client-id and --client-secret-file, or --sas-token-file.',
    );
  }
  const chosen = await select<CredentialInput['kind']>({
    message: 'Credential',
    input: io.stdin,
    output: io.stderr,
    options: [
      {
        value: 'azure-app',
        label: 'App registration',
        hint: 'recommended: browsers load straight from the storage',
      },
      { value: 'azure-sas', label: 'Account SAS token', hint: 'browsers load through Mooring' },
    ],
  });
  return answered(chosen);
}

async function textOf(io: Io, given: string | undefined, option: string, question: string): Promise<string> {
  if (given) return given;
  if (!canAsk(io)) throw missing(question, option);
  const typed = await text({
    message: question,
    input: io.stdin,
    output: io.stderr,
    validate: value => (value?.trim() ? undefined : `Paste the ${question.toLowerCase()}.`),
  });
  return answered(typed).trim();
}

async function ask(io: Io, name: string, option: string): Promise<string> {
  if (!canAsk(io)) throw missing(name, option);
  return askSecret(io, name);
}

const missing = (name: string, option: string): UsageError =>
  new UsageError(`The ${name} is missing.`, `Give ${option}. See mooring connection add --help.`);
