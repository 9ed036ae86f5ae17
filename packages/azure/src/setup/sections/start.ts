import { cloudOf, isPublicCloud } from '../clouds.ts';
import { azOption, bicep, hcl, ps, shown } from '../quote.ts';
import type { SetupIdentity, SetupSection, SetupSettings } from '../schema.ts';
import { API_VERSION } from '../shell.ts';
import { lines, textsOf } from '../texts.ts';

const GRAPH_EXTENSION = 'br:mcr.microsoft.com/bicep/extensions/microsoftgraph/v1.0:1.0.0';

const GRANTER =
  'The person who runs this needs to be Owner of the storage account, or Contributor and User Access Administrator.';
const WHO: Record<SetupIdentity['kind'], string> = {
  app: `${GRANTER} To make an app registration, they also need the role Application Administrator.`,
  'mooring-app': `${GRANTER} To add an app to the directory, they also need the role Application Administrator.`,
  'managed-identity': GRANTER,
  user: GRANTER,
  sas: 'The person who runs this needs to be Owner or Contributor of the storage account.',
};

/** Where to run the rest, and what the templates begin with. */
export function startSection(settings: SetupSettings): SetupSection {
  const { location, subscriptionId, identity } = settings;
  const cloud = cloudOf(location.endpoint);
  const elsewhere = !isPublicCloud(cloud);
  const subscription = subscriptionId ? `az account set ${azOption('subscription', subscriptionId)}` : null;
  return {
    id: 'start',
    title: 'Before you begin',
    why: WHO[identity.kind],
    texts: textsOf({
      az: lines(
        ...(elsewhere ? [`az cloud set ${azOption('name', cloud.azCli)}`] : []),
        'az login',
        ...(subscription ? [subscription] : []),
      ),
      powershell: lines(
        `Connect-AzAccount${elsewhere ? ` -Environment ${ps(cloud.powershell)}` : ''}`,
        ...(subscriptionId ? [`Set-AzContext -Subscription ${ps(subscriptionId)}`] : []),
      ),
      bicep: lines(
        '// One file, main.bicep, of this and the parts below. First look at what it would change:',
        `//   az deployment group what-if ${shown(azOption('resource-group', settings.resourceGroup ?? 'GROUP'))} --template-file main.bicep`,
        '// and then deploy it with `az deployment group create` and the same arguments.',
        "targetScope = 'resourceGroup'",
        ...(identity.kind === 'app' || identity.kind === 'mooring-app'
          ? [
              '',
              '// Bicep 0.36 or later, which can make app registrations.',
              `extension '${GRAPH_EXTENSION}'`,
            ]
          : []),
        '',
        `resource account 'Microsoft.Storage/storageAccounts@${API_VERSION}' existing = {`,
        `  name: ${bicep(location.account)}`,
        '}',
        `resource blobService 'Microsoft.Storage/storageAccounts/blobServices@${API_VERSION}' existing = {`,
        '  parent: account',
        "  name: 'default'",
        '}',
        `resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@${API_VERSION}' existing = {`,
        '  parent: blobService',
        `  name: ${bicep(location.container)}`,
        '}',
      ),
      terraform: terraformStart(settings),
      portal: [
        `Sign in at ${cloud.portal}.`,
        `Search for the storage account \`${shown(location.account)}\` and open it${subscriptionId ? `; it is in the subscription \`${shown(subscriptionId)}\`` : ''}.`,
      ],
    }),
  };
}

/** The ids are put together rather than looked up: the data source of an account brings its keys into the state. */
function terraformStart(settings: SetupSettings): string {
  const { location, subscriptionId, resourceGroup, identity, renditionPrefix } = settings;
  const names = `${location.prefix}${renditionPrefix ?? ''}`;
  const { terraform: environment } = cloudOf(location.endpoint);
  /** @param width of the names that stand beside each other */
  const provider = (name: string, width: number, ...more: string[]) => [
    `provider "${name}" {`,
    ...more.map(line => `  ${line}`),
    ...(environment === 'public' ? [] : [`  ${'environment'.padEnd(width)} = ${hcl(environment)}`]),
    '}',
  ];
  const needsDirectory = identity.kind === 'app' || identity.kind === 'mooring-app';
  const variable = (name: string, about: string, value: string | null) => [
    `variable "${name}" {`,
    '  type        = string',
    `  description = ${hcl(about)}`,
    ...(value === null ? [] : [`  default     = ${hcl(value)}`]),
    '}',
  ];
  const id = (path: string) => `"\${local.${path}`;
  return lines(
    '# One directory with this and the parts below.',
    ...(names === names.normalize()
      ? []
      : [
          '# Terraform normalises text, and this prefix is not normalised: Terraform would name another prefix. Use another format.',
        ]),
    'terraform {',
    '  required_providers {',
    '    azurerm = { source = "hashicorp/azurerm", version = ">= 4.0" }',
    ...(needsDirectory ? ['    azuread = { source = "hashicorp/azuread", version = ">= 3.0" }'] : []),
    '    azapi   = { source = "Azure/azapi", version = ">= 2.0" }',
    '  }',
    '}',
    ...provider('azurerm', 15, 'features {}', 'subscription_id = var.subscription_id'),
    ...(needsDirectory ? provider('azuread', 0) : []),
    ...provider('azapi', 0),
    '',
    ...variable('subscription_id', 'The subscription of the storage account', subscriptionId),
    ...variable('resource_group_name', 'The resource group of the storage account', resourceGroup),
    '',
    'locals {',
    '  group_id     = "/subscriptions/${var.subscription_id}/resourceGroups/${var.resource_group_name}"',
    `  account_id   = ${id('group_id')}}/providers/Microsoft.Storage/storageAccounts/${hcl(location.account).slice(1)}`,
    `  container_id = ${id('account_id')}}/blobServices/default/containers/${hcl(location.container).slice(1)}`,
    '}',
  );
}
