import { text } from '@clack/prompts';
import type { CredentialInput, Installation } from '@mooring/contract';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { answered, askSecret, readSecret, readSecretFile } from '../../secret.ts';
import { kindOf } from './credential-kind.ts';
import type { CredentialOptions } from './credential-options.ts';

/**
 * The credential that the options, the environment and, on a terminal, the answers make.
 * @param installation what the server offers
 * @param sasInAddress a SAS token that came with the address of the container
 */
export async function readCredential(
  io: Io,
  options: CredentialOptions,
  installation: () => Promise<Installation>,
  sasInAddress?: string,
): Promise<CredentialInput> {
  const sasToken = options.sasToken ?? sasInAddress;
  const given = sasToken === undefined ? options : { ...options, sasToken };
  const kind = await kindOf(io, given, installation);
  const tenantId = () => textOf(io, options.tenantId, '--tenant-id', 'Directory (tenant) id');
  const clientId = () => textOf(io, options.clientId, '--client-id', 'Application (client) id');
  switch (kind) {
    case 'azure-app':
      return {
        kind,
        tenantId: await tenantId(),
        clientId: await clientId(),
        clientSecret:
          (await readClientSecret(io, options)) ?? (await ask(io, 'client secret', '--client-secret-file')),
      };
    case 'azure-app-certificate':
      return {
        kind,
        tenantId: await tenantId(),
        clientId: await clientId(),
        certificatePem: await readCertificate(io, options),
      };
    case 'azure-app-federated':
      return { kind, tenantId: await tenantId(), clientId: await clientId() };
    case 'azure-mooring-app':
      return { kind, tenantId: await tenantId() };
    case 'azure-managed-identity':
      return { kind, ...(options.clientId && { clientId: options.clientId }) };
    case 'azure-cli':
      return { kind, ...(options.tenantId && { tenantId: options.tenantId }) };
    case 'azure-sas':
      return readSas(io, options, sasInAddress);
  }
}

const readClientSecret = (io: Io, options: CredentialOptions): Promise<string | null> =>
  readSecret(io, {
    name: 'client secret',
    fileOption: '--client-secret-file',
    file: options.clientSecretFile,
    valueOption: '--client-secret',
    value: options.clientSecret,
    env: 'MOORING_CLIENT_SECRET',
  });

async function readCertificate(io: Io, { certificateFile }: CredentialOptions): Promise<string> {
  const file =
    certificateFile ??
    (await textOf(io, undefined, '--certificate-file', 'PEM file with the certificate and its key'));
  return readSecretFile(io, file, '--certificate-file');
}

async function readSas(
  io: Io,
  options: CredentialOptions,
  sasInAddress: string | undefined,
): Promise<CredentialInput> {
  const sasToken = await readSecret(io, {
    name: 'SAS token',
    fileOption: '--sas-token-file',
    file: options.sasTokenFile,
    valueOption: options.sasToken ? '--sas-token' : 'an address that contains it',
    value: options.sasToken ?? sasInAddress,
    env: 'MOORING_SAS_TOKEN',
  });
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

async function textOf(io: Io, given: string | undefined, option: string, question: string): Promise<string> {
  if (given) return given;
  if (!canAsk(io)) throw missing(question, option);
  const typed = await text({
    message: question,
    input: io.stdin,
    output: io.stderr,
    validate: value => (value?.trim() ? undefined : `Type or paste the ${question.toLowerCase()}.`),
  });
  return answered(typed).trim();
}

async function ask(io: Io, name: string, option: string): Promise<string> {
  if (!canAsk(io)) throw missing(name, option);
  return askSecret(io, name);
}

const missing = (name: string, option: string): UsageError =>
  new UsageError(`The ${name} is missing.`, `Give ${option}. See mooring connection add --help.`);
