import { CONDITION_VERSION } from './conditions.ts';
import { type Grant, scopePath } from './grants.ts';
import { azOption, sh } from './quote.ts';
import type { SetupSettings } from './schema.ts';

// Lines of the Azure CLI for a POSIX shell. Everything goes through Azure Resource Manager rather than the storage
// itself: it needs no account key, and a firewall of the account does not stand in its way.

export const API_VERSION = '2023-05-01';
/** The resource group of the account, as one word. */
export const GROUP_ID = '"${ACCOUNT_ID%/providers/*}"';

/** Stops at the first failure without closing the shell that it is pasted into, and leaves no variables there. */
export const shellBlock = (lines: readonly string[]): string =>
  ['( set -eu', ...lines.map(line => `  ${line}`), ')'].join('\n');

/** One command over several lines. */
export const continued = (...parts: readonly string[]): string => parts.join(' \\\n    ');

/** `ACCOUNT_ID`: the resource id of the account. */
export function accountIdLine({ location, subscriptionId, resourceGroup }: SetupSettings): string {
  if (subscriptionId && resourceGroup) {
    return `ACCOUNT_ID=${sh(`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Storage/storageAccounts/${location.account}`)}`;
  }
  const where = [
    ...(resourceGroup ? [azOption('resource-group', resourceGroup)] : []),
    ...(subscriptionId ? [azOption('subscription', subscriptionId)] : []),
  ];
  return `ACCOUNT_ID=$(${['az storage account show', azOption('name', location.account), ...where, '--query id --output tsv'].join(' ')})`;
}

/** A word that begins with the account's id. */
export const belowAccount = (path: string): string =>
  path === '' ? '"$ACCOUNT_ID"' : `"$ACCOUNT_ID"${sh(path)}`;

/** `PRINCIPAL_ID`: the object id of the identity that roles are granted to. */
export function principalLine({ identity }: SetupSettings): string {
  const ofApp = (id: string) => `PRINCIPAL_ID=$(az ad sp show ${id} --query id --output tsv)`;
  switch (identity.kind) {
    case 'app':
      return ofApp(
        identity.clientId === null
          ? '--id "${APP_ID:?Set APP_ID to the client id of the app.}"'
          : azOption('id', identity.clientId),
      );
    case 'mooring-app':
      return ofApp(azOption('id', identity.clientId));
    case 'user':
      return 'PRINCIPAL_ID=$(az ad signed-in-user show --query id --output tsv)';
    case 'managed-identity':
      return identity.principalId
        ? `PRINCIPAL_ID=${sh(identity.principalId)}`
        : ': "${PRINCIPAL_ID:?Set PRINCIPAL_ID to the object id of the managed identity.}"';
    case 'sas':
      return ':';
  }
}

const principalType = ({ identity }: SetupSettings): string =>
  identity.kind === 'user' ? 'User' : 'ServicePrincipal';

/** Grants one role. A custom one is made first, and waited for: Azure takes a moment to know it. */
export function grantLines(grant: Grant, settings: SetupSettings): string[] {
  const { role, scope, condition } = grant;
  const assign = continued(
    `az role assignment create --role ${role.id ?? '"$ROLE_ID"'}`,
    `--assignee-object-id="$PRINCIPAL_ID" --assignee-principal-type ${principalType(settings)}`,
    `--scope=${belowAccount(scopePath(scope, settings))}`,
    ...(condition === null
      ? []
      : [azOption('condition', condition), `--condition-version ${CONDITION_VERSION}`]),
    '--output none',
  );
  const said = `echo ${sh(`Granting ${role.name}`)}`;
  if (role.id !== null) return [said, assign];
  const find = `az role definition list ${azOption('name', role.name)} --scope=${GROUP_ID} ${azOption('query', '[0].name')} --output tsv`;
  const definition = sh(
    JSON.stringify({
      Name: role.name,
      Description: role.description,
      Actions: role.actions,
      DataActions: role.dataActions,
    }).slice(0, -1),
  );
  return [
    `ROLE_ID=$(${find})`,
    'if [ -z "$ROLE_ID" ]; then',
    `  az role definition create --output none --role-definition=${definition}',"AssignableScopes":["'${GROUP_ID}'"]}'`,
    '  for SECONDS_MORE in 5 5 10 20 30; do',
    `    ROLE_ID=$(${find})`,
    '    if [ -n "$ROLE_ID" ]; then break; fi',
    '    sleep "$SECONDS_MORE"',
    '  done',
    'fi',
    said,
    assign,
  ];
}

export const revokeLine = ({ role, scope }: Grant, settings: SetupSettings): string =>
  continued(
    `az role assignment delete --assignee="$PRINCIPAL_ID" ${azOption('role', role.id ?? role.name)}`,
    `--scope=${belowAccount(scopePath(scope, settings))} --yes`,
  );

/** Reads a resource, and writes back what `query` makes of it. */
export const rewriteLines = (path: string, query: string, method: 'put' | 'patch'): string[] => [
  `URL=${belowAccount(`${path}?api-version=${API_VERSION}`)}`,
  `BODY=$(${continued('az rest --method get --url="$URL"', `${azOption('query', query)} --output json)`)}`,
  `az rest --method ${method} --url="$URL" --body="$BODY" --output none`,
];

/** Rewrites the CORS rules with a query for the new list; every other setting of the service stays as it was. */
export const rewriteCorsLines = (rules: string): string[] =>
  rewriteLines(
    '/blobServices/default',
    `{properties: merge(properties, {cors: {corsRules: ${rules}}})}`,
    'put',
  );
