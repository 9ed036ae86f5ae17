import type { CliKind, CliOption } from '@mooring/storage/cli';

/** A secret can come in a file, or stand on the command line for those who accept that. */
const secret = (
  flag: string,
  field: string,
  gives: string,
  [inFile, itself]: [string, string],
): CliOption[] => [
  { flags: `${flag}-file <file>`, description: inFile, field, isFile: true, gives },
  { flags: `${flag} <${flag.split('-').at(-1)}>`, description: itself, field, gives },
];

export const credential: CliKind['credential'] = {
  options: [
    {
      flags: '--tenant-id <id>',
      description: 'the directory (tenant) of the app',
      field: 'tenantId',
      gives: 'an app registration',
    },
    {
      flags: '--client-id <id>',
      description: 'the application (client) id of the app, or of a user-assigned managed identity',
      field: 'clientId',
      gives: 'an app registration',
    },
    ...secret('--client-secret', 'clientSecret', 'a client secret', [
      'the client secret of the app, in a file',
      'the secret itself; all users of this machine can see it',
    ]),
    {
      flags: '--certificate-file <file>',
      description: 'the certificate of the app and its unencrypted key, in a PEM file',
      field: 'certificatePem',
      isFile: true,
      gives: 'a certificate',
    },
    {
      flags: '--federated',
      description: 'sign in as the app with the workload identity of Mooring',
      way: 'azure-app-federated',
    },
    {
      flags: '--mooring-app',
      description: 'use the app of this installation, which the tenant has consented to',
      way: 'azure-mooring-app',
    },
    {
      flags: '--managed-identity',
      description: 'use the managed identity of the machine that runs Mooring',
      way: 'azure-managed-identity',
    },
    {
      flags: '--azure-cli',
      description: 'use the sign-in of the Azure CLI on the machine that runs Mooring',
      way: 'azure-cli',
    },
    ...secret('--sas-token', 'sasToken', 'a SAS token', [
      'a SAS token of the account or container, in a file',
      'the token itself; all users of this machine can see it',
    ]),
    ...secret('--delivery-sas-token', 'deliverySasToken', 'a delivery SAS token', [
      'a second token that grants only read on objects, in a file',
      'that token itself; all users of this machine can see it',
    ]),
  ],
  ways: [
    { id: 'azure-app', hint: 'browsers load straight from the storage' },
    { id: 'azure-app-certificate' },
    { id: 'azure-app-federated', label: 'App registration that trusts this installation' },
    { id: 'azure-mooring-app', label: 'The app of this installation', hint: 'after consent' },
    { id: 'azure-managed-identity', label: 'The managed identity of the machine' },
    { id: 'azure-cli', label: 'The sign-in of the Azure CLI' },
    { id: 'azure-sas', hint: 'browsers load through Mooring' },
  ],
  environment: {
    clientSecret: 'MOORING_CLIENT_SECRET',
    sasToken: 'MOORING_SAS_TOKEN',
    deliverySasToken: 'MOORING_DELIVERY_SAS_TOKEN',
  },
  questions: {
    tenantId: 'Directory (tenant) id',
    clientId: 'Application (client) id',
    certificatePem: 'PEM file with the certificate and its key',
    deliverySasToken: 'delivery SAS token',
  },
  help: `The credential is one of
  --tenant-id, --client-id and a client secret     your own app registration
  --tenant-id, --client-id and --certificate-file  the same, with a certificate
  --tenant-id, --client-id and --federated         the same, trusting the workload identity of Mooring
  --mooring-app --tenant-id                        the app of this installation
  --managed-identity [--client-id]                 the managed identity of the machine that runs Mooring
  --azure-cli [--tenant-id]                        the person who has run az login there: for local use
  --sas-token-file [--delivery-sas-token-file]     a SAS token of the account or container
Secrets come from a file (- for standard input), from MOORING_CLIENT_SECRET, MOORING_SAS_TOKEN and
MOORING_DELIVERY_SAS_TOKEN, or from a hidden question. An account key is never taken.`,
  missing:
    'Give --tenant-id, --client-id and --client-secret-file, or --sas-token-file. See --help for others.',
};
