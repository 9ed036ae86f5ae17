import { CONDITION_VERSION } from './conditions.ts';
import { type Grant, scopePath } from './grants.ts';
import { ps } from './quote.ts';
import type { SetupSettings } from './schema.ts';
import { API_VERSION } from './shell.ts';

// Lines of Azure PowerShell (the module Az). As in shell.ts, everything goes through Azure Resource Manager.

/** Stops at the first failure, and leaves no variables behind. */
export const psBlock = (lines: readonly string[]): string =>
  ['& {', "  $ErrorActionPreference = 'Stop'", ...lines.map(line => `  ${line}`), '}'].join('\n');

/** `$accountId`: the resource id of the account. */
export function psAccountLines({ location, subscriptionId, resourceGroup }: SetupSettings): string[] {
  const group = resourceGroup ? ` -ResourceGroupName ${ps(resourceGroup)}` : '';
  return [
    ...(subscriptionId ? [`Set-AzContext -Subscription ${ps(subscriptionId)} | Out-Null`] : []),
    `$accountId = (Get-AzResource -ResourceType 'Microsoft.Storage/storageAccounts' -Name ${ps(location.account)}${group}).ResourceId`,
    `if (-not $accountId) { throw ${ps(`There is no storage account ${location.account} in this subscription.`)} }`,
  ];
}

/** `$principalId`: the object id of the identity that roles are granted to. */
export function psPrincipalLines({ identity }: SetupSettings): string[] {
  switch (identity.kind) {
    case 'app':
      return identity.clientId
        ? [psOfApp(identity.clientId)]
        : [
            "if (-not $appId) { throw 'Set $appId to the client id of the app.' }",
            '$principalId = (Get-AzADServicePrincipal -ApplicationId $appId).Id',
          ];
    case 'mooring-app':
      return [psOfApp(identity.clientId)];
    case 'user':
      return ['$principalId = (Get-AzADUser -SignedIn).Id'];
    case 'managed-identity':
      return identity.principalId
        ? [`$principalId = ${ps(identity.principalId)}`]
        : ["if (-not $principalId) { throw 'Set $principalId to the object id of the managed identity.' }"];
    case 'sas':
      return [];
  }
}
const psOfApp = (clientId: string): string =>
  `$principalId = (Get-AzADServicePrincipal -ApplicationId ${ps(clientId)}).Id`;

const psScope = ({ scope }: Grant, settings: SetupSettings): string =>
  scope === 'account' ? '$accountId' : `($accountId + ${ps(scopePath(scope, settings))})`;

/** Grants one role, unless it is granted already. */
export function psGrantLines(grant: Grant, settings: SetupSettings): string[] {
  const { role, condition } = grant;
  const assignment = [
    `$assignment = @{ ObjectId = $principalId; Scope = ${psScope(grant, settings)}; RoleDefinitionId = ${role.id === null ? '$role.Id' : ps(role.id)} }`,
    'if (-not (Get-AzRoleAssignment @assignment | Where-Object Scope -eq $assignment.Scope)) {',
    ...(condition === null
      ? []
      : [`  $assignment += @{ Condition = ${ps(condition)}; ConditionVersion = ${ps(CONDITION_VERSION)} }`]),
    '  New-AzRoleAssignment @assignment | Out-Null',
    '}',
  ];
  if (role.id !== null) return [`Write-Host ${ps(`Granting ${role.name}`)}`, ...assignment];
  const list = (values: readonly string[]) => `@(${values.map(ps).join(', ')})`;
  return [
    "$group = $accountId -replace '/providers/.*$'",
    `$role = Get-AzRoleDefinition -Name ${ps(role.name)} -Scope $group`,
    'if (-not $role) {',
    '  $role = [Microsoft.Azure.Commands.Resources.Models.Authorization.PSRoleDefinition]::new()',
    `  $role.Name = ${ps(role.name)}`,
    `  $role.Description = ${ps(role.description)}`,
    `  $role.Actions = ${list(role.actions)}`,
    `  $role.DataActions = ${list(role.dataActions)}`,
    '  $role.AssignableScopes = @($group)',
    '  $role = New-AzRoleDefinition -Role $role',
    '  Start-Sleep -Seconds 30',
    '}',
    `Write-Host ${ps(`Granting ${role.name}`)}`,
    ...assignment,
  ];
}

export const psRevokeLine = (grant: Grant, settings: SetupSettings): string => {
  const { role } = grant;
  const which =
    role.id === null ? `-RoleDefinitionName ${ps(role.name)}` : `-RoleDefinitionId ${ps(role.id)}`;
  return `Remove-AzRoleAssignment -ObjectId $principalId ${which} -Scope ${psScope(grant, settings)} -ErrorAction Continue`;
};

/** A request to Azure Resource Manager, which does not throw by itself. */
export const psRequestLines = (method: 'GET' | 'PUT' | 'PATCH' | 'DELETE', payload?: string): string[] => [
  `$answer = Invoke-AzRestMethod -Method ${method} -Path $path${payload === undefined ? '' : ` -Payload ${payload}`}`,
  'if ($answer.StatusCode -ge 300) { throw $answer.Content }',
];

export const psPathLine = (path: string): string =>
  `$path = $accountId + ${ps(`${path}?api-version=${API_VERSION}`)}`;

/** Rewrites the CORS rules; `lines` make `$rules` of `$existing`. Every other setting of the service stays. */
export const psRewriteCorsLines = (lines: readonly string[]): string[] => [
  psPathLine('/blobServices/default'),
  ...psRequestLines('GET'),
  '$properties = ($answer.Content | ConvertFrom-Json).properties',
  '$existing = @($properties.cors.corsRules | Where-Object { $_ })',
  ...lines,
  '$properties | Add-Member -Force -NotePropertyName cors -NotePropertyValue @{ corsRules = $rules }',
  ...psRequestLines('PUT', '(@{ properties = $properties } | ConvertTo-Json -Depth 10)'),
];
