import type { AzureLocation } from '@mooring/contract';

// What an administrator runs in the Azure CLI, with the values at hand filled in. Roles and their reasons:
// https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory

/** As one word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

const findAccount = (account: string): string =>
  `ACCOUNT_ID=$(az storage account show --name ${shellWord(account)} --query id --output tsv)`;

/** Makes an app registration with a secret of a year; prints what to type into the three fields. */
export const createAppCommand = (name: string): string =>
  [
    `APP_ID=$(az ad app create --display-name ${shellWord(name)} --query appId --output tsv)`,
    'az ad sp create --id "$APP_ID" --output none',
    'az ad app credential reset --id "$APP_ID" --years 1 \\',
    '  --query "{tenant: tenant, client: appId, secret: password}"',
  ].join('\n');

/**
 * The least that can list, read and sign: reading in one container, and keys to sign with on the account.
 * @param clientId null while it is not known: then the variable that createAppCommand sets
 */
export function grantRolesCommand({ account, container }: AzureLocation, clientId: string | null): string {
  const assignee = clientId === null ? '"$APP_ID"' : shellWord(clientId);
  return [
    findAccount(account),
    `az role assignment create --assignee ${assignee} \\`,
    '  --role "Storage Blob Data Reader" \\',
    `  --scope "$ACCOUNT_ID/blobServices/default/containers/${container.replace('$', '\\$')}"`,
    `az role assignment create --assignee ${assignee} \\`,
    '  --role "Storage Blob Delegator" \\',
    '  --scope "$ACCOUNT_ID"',
  ].join('\n');
}

const DAY_MS = 86_400_000;
const SAS_DAYS = 90;

/** Makes an account SAS that ends in 90 days: reading and listing, or for delivery reading of objects alone. */
export function createSasCommand(account: string, purpose: 'list-and-read' | 'delivery', now: Date): string {
  const expiry = `${new Date(now.getTime() + SAS_DAYS * DAY_MS).toISOString().slice(0, 10)}T00:00Z`;
  const [types, permissions] = purpose === 'delivery' ? ['o', 'r'] : ['co', 'rl'];
  return [
    `az storage account generate-sas --account-name ${shellWord(account)} \\`,
    `  --services b --resource-types ${types} --permissions ${permissions} \\`,
    `  --expiry ${expiry} --https-only --output tsv`,
  ].join('\n');
}

/** Adds a rule beside those that exist. Browsers need GET with Range, and must be able to read which part came. */
export const addCorsCommand = (account: string, origin: string): string =>
  [
    `az storage cors add --account-name ${shellWord(account)} --services b \\`,
    `  --origins ${shellWord(origin)} --methods GET HEAD \\`,
    '  --allowed-headers range if-match if-none-match \\',
    '  --exposed-headers content-length content-range content-type etag accept-ranges \\',
    '  --max-age 3600',
  ].join('\n');
