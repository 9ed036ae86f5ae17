import { azOption, bicep, hcl, ps, sh, shown } from '../quote.ts';
import type { SetupIdentity, SetupSection, SetupSettings } from '../schema.ts';
import { lines, textsOf } from '../texts.ts';
import {
  azCredential,
  bicepCredential,
  bicepFederation,
  CREDENTIAL_WHY,
  portalCredential,
  psCredential,
  terraformCredential,
} from './app-credential.ts';
import { sasSection } from './sas.ts';

type App = Extract<SetupIdentity, { kind: 'app' }>;
type Section = Omit<SetupSection, 'id'>;

/** The identity that the owner gives access to, and how it will sign in. */
export function identitySection(settings: SetupSettings): SetupSection {
  const { identity } = settings;
  const section: Section = (() => {
    switch (identity.kind) {
      case 'app':
        return identity.clientId === null ? newApp(identity) : knownApp(identity.clientId, identity);
      case 'mooring-app':
        return mooringApp(identity.clientId);
      case 'managed-identity':
        return managedIdentity(identity.principalId);
      case 'user':
        return user();
      case 'sas':
        return sasSection(settings, identity);
    }
  })();
  return { id: 'identity', ...section };
}

function newApp({ name, credential }: App): Section {
  const federated = credential?.kind === 'federated' ? credential : null;
  return {
    title: 'Make an app registration',
    why: `It has no rights until the next part grants some. ${credential ? CREDENTIAL_WHY[credential.kind] : ''}`.trim(),
    texts: textsOf({
      az: lines(
        `APP_ID=$(az ad app create ${azOption('display-name', name)} --query appId --output tsv)`,
        'az ad sp create --id "${APP_ID:?}" --output none',
        ...azCredential('--id "${APP_ID:?}"', credential),
        'echo "Client id: $APP_ID"',
      ),
      powershell: lines(
        `$appId = (New-AzADApplication -DisplayName ${ps(name)}).AppId`,
        'New-AzADServicePrincipal -ApplicationId $appId | Out-Null',
        ...psCredential('$appId', credential),
        'Write-Host "Client id: $appId"',
      ),
      bicep: lines(
        "resource mooringApp 'Microsoft.Graph/applications@v1.0' = {",
        "  uniqueName: 'mooring'",
        `  displayName: ${bicep(name)}`,
        '}',
        ...(federated ? bicepFederation(federated) : []),
        "resource mooringPrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {",
        '  appId: mooringApp.appId',
        '}',
        'output clientId string = mooringApp.appId',
        ...(federated ? [] : bicepCredential('--id APP_ID', credential)),
      ),
      terraform: lines(
        'resource "azuread_application" "mooring" {',
        `  display_name = ${hcl(name)}`,
        '}',
        'resource "azuread_service_principal" "mooring" {',
        '  client_id = azuread_application.mooring.client_id',
        '}',
        ...terraformCredential('azuread_application.mooring.id', credential),
        'output "client_id" {',
        '  value = azuread_application.mooring.client_id',
        '}',
      ),
      portal: [
        `In Microsoft Entra ID open “App registrations” and make a new one called \`${shown(name)}\`. Leave the redirect address empty.`,
        'On its overview copy the Directory (tenant) ID and the Application (client) ID.',
        ...portalCredential(credential),
      ],
    }),
  };
}

function knownApp(clientId: string, { credential }: App): Section {
  return {
    title: 'Use your app registration',
    why: `Makes sure that the app has a service principal in this directory. ${credential ? CREDENTIAL_WHY[credential.kind] : 'Its credentials stay as they are.'}`,
    texts: textsOf({
      az: lines(azPrincipal(clientId), ...azCredential(azOption('id', clientId), credential)),
      powershell: lines(...psPrincipal(clientId), ...psCredential(ps(clientId), credential)),
      bicep: lines(...bicepPrincipal(clientId), ...bicepCredential(azOption('id', clientId), credential)),
      terraform: lines(
        ...(credential
          ? ['data "azuread_application" "mooring" {', `  client_id = ${hcl(clientId)}`, '}']
          : []),
        ...terraformPrincipal(clientId),
        ...terraformCredential('data.azuread_application.mooring.id', credential),
      ),
      portal: [
        `In Microsoft Entra ID open “Enterprise applications” and search for \`${shown(clientId)}\`: it is listed when it has a service principal here.`,
        ...portalCredential(credential),
      ],
    }),
  };
}

function mooringApp(clientId: string): Section {
  return {
    title: 'Add Mooring’s app to your directory',
    why: `Makes a service principal for the app of this Mooring, \`${shown(clientId)}\`. It asks for no permission in your directory. It can read nothing until the next part grants a role.`,
    texts: textsOf({
      az: azPrincipal(clientId),
      powershell: lines(psPrincipal(clientId)),
      bicep: lines(bicepPrincipal(clientId)),
      terraform: lines(terraformPrincipal(clientId)),
      portal: [
        'The portal has no button for this: open the consent link that Mooring shows, or the Cloud Shell at the top of the page.',
        `In the Cloud Shell run \`${shown(`az ad sp create ${azOption('id', clientId)}`)}\`.`,
      ],
    }),
  };
}

function managedIdentity(principalId: string | null): Section {
  const known = principalId !== null;
  return {
    title: 'Use the managed identity of Mooring’s machine',
    why: known
      ? `It is the identity with the object id \`${shown(principalId)}\`. Azure itself keeps its credential; you do not store or renew one.`
      : 'Azure itself keeps its credential; you do not store or renew one. Look up its object (principal) id first.',
    texts: textsOf({
      az: known
        ? `PRINCIPAL_ID=${sh(principalId)}`
        : lines(
            `az identity list ${azOption('query', '[].{name: name, principalId: principalId}')} --output table`,
            `az resource list ${azOption('query', '[?identity.principalId].{name: name, type: type, principalId: identity.principalId}')} --output table`,
            "echo 'Now name the one that Mooring uses: PRINCIPAL_ID=…'",
          ),
      powershell: known
        ? `$principalId = ${ps(principalId)}`
        : lines(
            "Get-AzUserAssignedIdentity | Select-Object -Property @('Name', 'PrincipalId')",
            "Get-AzVM | Select-Object -Property @('Name', @{ Name = 'PrincipalId'; Expression = { $_.Identity.PrincipalId } })",
            "$principalId = Read-Host 'Object id of the identity'",
          ),
      bicep: known ? `var mooringPrincipalId = ${bicep(principalId)}` : bicepPrincipalParameter(),
      terraform: known
        ? lines('locals {', `  mooring_principal_id = ${hcl(principalId)}`, '}')
        : terraformPrincipalVariable(),
      portal: [
        'Open the machine or app that Mooring runs on, then “Identity”, and switch on “System assigned”; or open the user-assigned identity.',
        known
          ? `Check that its Object (principal) ID is \`${shown(principalId)}\`.`
          : 'Copy its Object (principal) ID.',
      ],
    }),
  };
}

function user(): Section {
  return {
    title: 'Use your own sign-in',
    why: 'Mooring reads as the person who is signed in with `az login` on its machine. This is for trying it out on your own machine, not for a team.',
    texts: textsOf({
      az: 'az ad signed-in-user show --query userPrincipalName --output tsv',
      powershell: '(Get-AzADUser -SignedIn).UserPrincipalName',
      bicep: bicepPrincipalParameter(),
      terraform: terraformPrincipalVariable(),
      portal: ['Sign in as the person whose `az login` Mooring will use.'],
    }),
  };
}

const azPrincipal = (clientId: string): string =>
  `az ad sp show ${azOption('id', clientId)} --output none 2>/dev/null || az ad sp create ${azOption('id', clientId)} --output none`;

const psPrincipal = (clientId: string): string[] => [
  `if (-not (Get-AzADServicePrincipal -ApplicationId ${ps(clientId)})) {`,
  `  New-AzADServicePrincipal -ApplicationId ${ps(clientId)} | Out-Null`,
  '}',
];

const bicepPrincipal = (clientId: string): string[] => [
  "resource mooringPrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {",
  `  appId: ${bicep(clientId)}`,
  '}',
];

const terraformPrincipal = (clientId: string): string[] => [
  'resource "azuread_service_principal" "mooring" {',
  `  client_id    = ${hcl(clientId)}`,
  '  use_existing = true',
  '}',
];

const bicepPrincipalParameter = (): string =>
  lines("@description('The object (principal) id to grant to')", 'param mooringPrincipalId string');

const terraformPrincipalVariable = (): string =>
  lines(
    'variable "mooring_principal_id" {',
    '  type        = string',
    '  description = "The object (principal) id to grant to"',
    '}',
    'locals {',
    '  mooring_principal_id = var.mooring_principal_id',
    '}',
  );
