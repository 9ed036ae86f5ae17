import type { Command } from 'commander';

export interface CredentialOptions {
  tenantId?: string;
  clientId?: string;
  clientSecretFile?: string;
  clientSecret?: string;
  certificateFile?: string;
  federated?: boolean;
  mooringApp?: boolean;
  managedIdentity?: boolean;
  azureCli?: boolean;
  sasTokenFile?: string;
  sasToken?: string;
  deliverySasTokenFile?: string;
  deliverySasToken?: string;
}

export const CREDENTIAL_HELP = `
The credential is one of
  --tenant-id, --client-id and a client secret     an app registration of yours
  --tenant-id, --client-id and --certificate-file  the same, with a certificate
  --tenant-id, --client-id and --federated         the same, trusting the workload identity of Mooring
  --mooring-app --tenant-id                        the app of this installation
  --managed-identity [--client-id]                 the managed identity of the machine that runs Mooring
  --azure-cli [--tenant-id]                        whoever has run az login there: for local use
  --sas-token-file [--delivery-sas-token-file]     a SAS token of the account or container
Secrets come from a file (- for standard input), from MOORING_CLIENT_SECRET, MOORING_SAS_TOKEN and
MOORING_DELIVERY_SAS_TOKEN, or from a hidden question. An account key is never taken.`;

/** Gives a command the options that `readCredential` reads. */
export const withCredentialOptions = (command: Command): Command =>
  command
    .option('--tenant-id <id>', 'the directory (tenant) of the app')
    .option(
      '--client-id <id>',
      'the application (client) id of the app, or of a user-assigned managed identity',
    )
    .option('--client-secret-file <file>', 'the client secret of the app, in a file')
    .option('--client-secret <secret>', 'the secret itself, for everybody on this machine to see')
    .option('--certificate-file <file>', 'the certificate of the app and its unencrypted key, in a PEM file')
    .option('--federated', 'sign in as the app with the workload identity of Mooring')
    .option('--mooring-app', 'use the app of this installation, which the tenant has consented to')
    .option('--managed-identity', 'use the managed identity of the machine that runs Mooring')
    .option('--azure-cli', 'use the sign-in of the Azure CLI on the machine that runs Mooring')
    .option('--sas-token-file <file>', 'a SAS token of the account or container, in a file')
    .option('--sas-token <token>', 'the token itself, for everybody on this machine to see')
    .option('--delivery-sas-token-file <file>', 'a second token that grants only read on objects, in a file')
    .option('--delivery-sas-token <token>', 'that token itself, for everybody on this machine to see');
