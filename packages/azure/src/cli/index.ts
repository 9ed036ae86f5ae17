import type { CliKind } from '@mooring/storage/cli';
import { azure } from '../kind/index.ts';
import { credential } from './credential.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

/** Azure Blob Storage on the command line. */
export const azureCli: CliKind = {
  kind: azure,
  location: {
    options: [
      { flags: '--account <name>', description: 'the storage account', field: 'account' },
      { flags: '--container <name>', description: 'the container', field: 'container' },
      { flags: '--prefix <prefix>', description: 'only keys that begin with this', field: 'prefix' },
      {
        flags: '--endpoint <url>',
        description: 'where the account answers, if not at https://ACCOUNT.blob.core.windows.net',
        field: 'endpoint',
      },
    ],
    help: 'any address of the container or of a blob in it',
    example: 'https://acme.blob.core.windows.net/photos/2026/',
    instead: '--account and --container',
  },
  credential,
  examples: {
    add: [
      'https://acme.blob.core.windows.net/photos \\\n    --tenant-id 72f9… --client-id 1b2a… --client-secret-file secret.txt',
      '--account acme --container photos --sas-token-file - < sas.txt',
      'https://acme.blob.core.windows.net/photos --mooring-app --tenant-id 72f9…',
    ],
    setup: [
      'https://acme.blob.core.windows.net/photos > setup.sh',
      '--connection photos --format terraform > main.tf',
      '--connection photos --section removal',
      '--connection photos --share',
    ],
  },
  setup,
  feeds: {
    options: [
      {
        flags: '--queue <url>',
        description: 'a queue of the account to read (default: a URL to post to)',
        field: 'queueUrl',
      },
    ],
    help: `Follows changes that Event Grid reports. It posts them to a URL of Mooring, or puts them into a storage queue
that Mooring reads. The queue works behind a firewall.`,
  },
  consent: {
    options: [
      {
        flags: '--tenant-id <id>',
        description: 'the directory: a GUID or a domain (default: the one that signs in)',
        field: 'tenantId',
      },
    ],
    summary: "print the address where a tenant consents to this installation's app",
    help:
      'Prints an address. An administrator of the tenant opens it and consents to the multi-tenant app of this\n' +
      'installation. After that the app exists in the tenant. Roles on the storage decide what it may read.',
  },
  inventory: {
    report: 'a blob inventory report',
    key: 'of RULE-manifest.json, or of one file of the report (.csv, .parquet)',
  },
  describe,
};
