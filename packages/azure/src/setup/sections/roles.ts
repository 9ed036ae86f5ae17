import { CONDITION_VERSION } from '../conditions.ts';
import { type CustomRole, type Grant, grantsFor } from '../grants.ts';
import { psAccountLines, psBlock, psGrantLines, psPrincipalLines } from '../powershell.ts';
import { bicep, hcl, shown } from '../quote.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { accountIdLine, grantLines, principalLine, shellBlock } from '../shell.ts';
import { lines, textsOf } from '../texts.ts';

/** The least that does what is wanted. */
export function rolesSection(settings: SetupSettings): SetupSection | null {
  const grants = grantsFor(settings);
  if (grants.length === 0) return null;
  return {
    id: 'roles',
    title: 'Grant the roles',
    why: whyOf(settings),
    texts: textsOf({
      az: shellBlock([
        accountIdLine(settings),
        principalLine(settings),
        ...grants.flatMap(grant => grantLines(grant, settings)),
      ]),
      powershell: psBlock([
        ...psAccountLines(settings),
        ...psPrincipalLines(settings),
        ...grants.flatMap(grant => psGrantLines(grant, settings)),
      ]),
      bicep: lines(...grants.map(grant => bicepGrant(grant, settings))),
      terraform: lines(...grants.map(grant => terraformGrant(grant, settings))),
      portal: portalSteps(grants, settings),
    }),
  };
}

function whyOf({ narrowing, sign, renditionPrefix, location }: SetupSettings): string {
  const reading = {
    container: `Storage Blob Data Reader on the container \`${shown(location.container)}\` lets it list and read there${sign ? '; Storage Blob Delegator on the account lets it only sign short-lived URLs' : ''}.`,
    abac: `Storage Blob Data Reader on the account, with a condition that names ${location.prefix ? 'container and prefix' : 'the container'}: Mooring lists, reads and signs only there.`,
    'custom-role': `A custom role on the container \`${shown(location.container)}\`${location.prefix ? ', with a condition that names the prefix' : ''}, with only the actions that Mooring uses${sign ? '; Storage Blob Delegator on the account lets it only sign short-lived URLs' : ''}.`,
  }[narrowing];
  if (renditionPrefix === null)
    return `${reading} It can change nothing. Roles take up to five minutes to work.`;
  const writing =
    narrowing === 'custom-role'
      ? `It can write and delete blobs only below \`${shown(renditionPrefix)}\`.`
      : `Storage Blob Data Contributor lets it write and delete blobs below \`${shown(renditionPrefix)}\`; a condition limits it to that prefix. That role may also change or delete the container itself, which no condition can prevent: a custom role avoids it.`;
  return `${reading} ${writing} Roles take up to five minutes to work.`;
}

const BUILT_IN = "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ";
const usesDirectory = ({ identity }: SetupSettings): boolean =>
  identity.kind === 'app' || identity.kind === 'mooring-app';
const principalTypeOf = ({ identity }: SetupSettings): string =>
  identity.kind === 'user' ? 'User' : 'ServicePrincipal';
/** A name must be known before anything is deployed, so it cannot hold the id of a principal that is made. */
const seedOf = ({ identity }: SetupSettings): string =>
  (identity.kind === 'app' || identity.kind === 'mooring-app') && identity.clientId
    ? identity.clientId
    : identity.kind;

/** @param scope symbol of the resource that it is granted on */
export function bicepGrant({ key, role, scope, condition }: Grant, settings: SetupSettings): string {
  const symbol = scope === 'queue' ? 'mooringEventQueue' : scope;
  return lines(
    ...(role.id === null ? bicepRole(`${key}Role`, role) : []),
    `resource ${key} 'Microsoft.Authorization/roleAssignments@2022-04-01' = {`,
    `  name: guid(${symbol}.id, ${bicep(seedOf(settings))}, ${bicep(role.id ?? role.name)})`,
    `  scope: ${symbol}`,
    '  properties: {',
    `    roleDefinitionId: ${role.id === null ? `${key}Role.id` : `${BUILT_IN}${bicep(role.id)}) // ${role.name}`}`,
    `    principalId: ${usesDirectory(settings) ? 'mooringPrincipal.id' : 'mooringPrincipalId'}`,
    `    principalType: ${bicep(principalTypeOf(settings))}`,
    ...(condition === null
      ? []
      : [`    condition: ${bicep(condition)}`, `    conditionVersion: ${bicep(CONDITION_VERSION)}`]),
    '  }',
    '}',
  );
}

const bicepRole = (symbol: string, role: CustomRole): string[] => [
  `resource ${symbol} 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {`,
  `  name: guid(resourceGroup().id, ${bicep(role.name)})`,
  '  properties: {',
  `    roleName: ${bicep(role.name)}`,
  `    description: ${bicep(role.description)}`,
  "    type: 'CustomRole'",
  '    permissions: [',
  '      {',
  `        actions: [${role.actions.map(bicep).join(', ')}]`,
  `        dataActions: [${role.dataActions.map(bicep).join(', ')}]`,
  '      }',
  '    ]',
  '    assignableScopes: [resourceGroup().id]',
  '  }',
  '}',
];

const TERRAFORM_SCOPES = {
  account: 'local.account_id',
  container: 'local.container_id',
  queue: 'azapi_resource.mooring_queue.id',
};

export function terraformGrant({ key, role, scope, condition }: Grant, settings: SetupSettings): string {
  const name = key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
  return lines(
    ...(role.id === null ? terraformRole(name, role) : []),
    `resource "azurerm_role_assignment" "${name}" {`,
    `  scope              = ${TERRAFORM_SCOPES[scope]}`,
    role.id === null
      ? `  role_definition_id = azurerm_role_definition.${name}.role_definition_resource_id`
      : `  role_definition_id = "/subscriptions/\${var.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/${role.id}" # ${role.name}`,
    `  principal_id       = ${usesDirectory(settings) ? 'azuread_service_principal.mooring.object_id' : 'local.mooring_principal_id'}`,
    `  principal_type     = ${hcl(principalTypeOf(settings))}`,
    ...(condition === null
      ? []
      : [`  condition          = ${hcl(condition)}`, `  condition_version  = ${hcl(CONDITION_VERSION)}`]),
    '}',
  );
}

const terraformRole = (name: string, role: CustomRole): string[] => [
  `resource "azurerm_role_definition" "${name}" {`,
  `  name              = ${hcl(role.name)}`,
  `  description       = ${hcl(role.description)}`,
  '  scope             = local.group_id',
  '  assignable_scopes = [local.group_id]',
  '  permissions {',
  `    actions      = [${role.actions.map(hcl).join(', ')}]`,
  `    data_actions = [${role.dataActions.map(hcl).join(', ')}]`,
  '  }',
  '}',
];

function portalSteps(grants: readonly Grant[], settings: SetupSettings): string[] {
  const { account, container } = settings.location;
  const member = {
    app: 'the app registration',
    'mooring-app': 'the service principal of Mooring',
    'managed-identity': 'the managed identity',
    user: 'yourself',
    sas: '',
  }[settings.identity.kind];
  return grants.flatMap(({ role, scope, condition }) => [
    ...(role.id === null ? [portalRole(role)] : []),
    scope === 'container'
      ? `In the storage account \`${shown(account)}\` open “Containers”, \`${shown(container)}\`, “Access control (IAM)”, “Add role assignment”.`
      : `In the storage account \`${shown(account)}\` itself open “Access control (IAM)”, “Add role assignment”.`,
    `Choose the role \`${shown(role.name)}\`; under “Members” select ${member}.`,
    ...(condition === null
      ? []
      : [`Under “Conditions” add one, choose the editor “Code”, and paste \`${shown(condition)}\`.`]),
    'Press “Review + assign”.',
  ]);
}

const portalRole = (role: CustomRole): string =>
  `In the resource group of the account open “Access control (IAM)”, “Add custom role”, call it \`${shown(role.name)}\`, and under “JSON” set actions to \`${JSON.stringify(role.actions)}\` and dataActions to \`${JSON.stringify(role.dataActions)}\`.`;
