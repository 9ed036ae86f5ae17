import { addOwnerLines, OWNER_METADATA, psAddOwnerLines } from '../owner-mark.ts';
import { psAccountLines, psBlock } from '../powershell.ts';
import { azOption, bicep, hcl, ps, shown } from '../quote.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { API_VERSION, accountIdLine, continued, shellBlock } from '../shell.ts';
import { inShell, lines, textsOf } from '../texts.ts';

/** The mark that says which workspace is wanted. */
export function ownershipSection(settings: SetupSettings): SetupSection | null {
  const { ownership } = settings;
  if (ownership === null) return null;
  return ownership.mark === 'marker-blob' && ownership.markerKey !== null
    ? markerBlob(settings, ownership.token, ownership.markerKey)
    : metadata(settings, ownership.token);
}

const WHY =
  'A person who knows the name of your account could ask Mooring to read it, so Mooring reads nothing until this mark says that you want it. The mark is not a secret, and grants nothing.';

function metadata(settings: SetupSettings, token: string): SetupSection {
  const { account, container } = settings.location;
  const CONTAINERS = `Microsoft.Storage/storageAccounts/blobServices/containers@${API_VERSION}`;
  return {
    id: 'ownership',
    title: 'Say that you want this',
    why: `${WHY} One entry of the container’s metadata names the workspace. The commands read and keep the other entries, and other workspaces in this entry.`,
    texts: textsOf({
      az: shellBlock([accountIdLine(settings), ...addOwnerLines(settings, token)]),
      powershell: psBlock([...psAccountLines(settings), ...psAddOwnerLines(settings, token)]),
      bicep: lines(
        '// A template replaces all metadata. Print the metadata that exists, and pass it as a parameter:',
        `//   az storage container-rm show ${shown(azOption('storage-account', account))} ${shown(azOption('name', container))} --query metadata`,
        "//   az deployment group create … --parameters existingMetadata='{…}'",
        "@description('The metadata that the container has now; {} where it has none')",
        'param existingMetadata object',
        `var mooringOwners = existingMetadata[?'${OWNER_METADATA}'] ?? ${bicep(token)}`,
        '',
        `resource mooringMark '${CONTAINERS}' = {`,
        '  parent: blobService',
        `  name: ${bicep(container)}`,
        '  properties: {',
        `    metadata: union(existingMetadata, { ${OWNER_METADATA}: join(union(split(mooringOwners, ','), [${bicep(token)}]), ',') })`,
        '  }',
        '}',
      ),
      terraform: lines(
        'data "azapi_resource" "mooring_container" {',
        `  type                   = "${CONTAINERS}"`,
        '  resource_id            = local.container_id',
        '  response_export_values = ["properties.metadata"]',
        '}',
        'locals {',
        `  mooring_owners = split(",", try(data.azapi_resource.mooring_container.output.properties.metadata.${OWNER_METADATA}, ""))`,
        '}',
        'resource "azapi_update_resource" "mooring_mark" {',
        `  type        = "${CONTAINERS}"`,
        '  resource_id = local.container_id',
        '  body = {',
        `    properties = { metadata = { ${OWNER_METADATA} = join(",", distinct(concat(compact(local.mooring_owners), [${hcl(token)}]))) } }`,
        '  }',
        '}',
      ),
      portal: [
        `In the storage account \`${shown(account)}\` open “Containers”, \`${shown(container)}\`, “Properties”, “Metadata”.`,
        `Add the key \`${OWNER_METADATA}\` with the value \`${shown(token)}\`; where the key is there already, put a comma and \`${shown(token)}\` behind its value. Press “Save”.`,
      ],
    }),
  };
}

function markerBlob(settings: SetupSettings, token: string, key: string): SetupSection {
  const { account, container, endpoint } = settings.location;
  const upload = continued(
    `az storage blob upload --auth-mode login ${azOption('account-name', account)} ${azOption('blob-endpoint', endpoint)}`,
    `${azOption('container-name', container)} ${azOption('name', key)} ${azOption('data', token)} --overwrite --output none`,
  );
  return {
    id: 'ownership',
    title: 'Say that you want this',
    why: `${WHY} A small blob, \`${shown(key)}\`, holds it. To write it, you need the role Storage Blob Data Contributor on the container yourself.`,
    texts: textsOf({
      az: upload,
      powershell: psBlock([
        `$context = New-AzStorageContext -StorageAccountName ${ps(account)} -BlobEndpoint ${ps(endpoint)} -UseConnectedAccount`,
        '$file = New-TemporaryFile',
        `Set-Content -Path $file -Value ${ps(token)} -NoNewline`,
        `Set-AzStorageBlobContent -Context $context -Container ${ps(container)} -Blob ${ps(key)} -File $file -Force | Out-Null`,
        'Remove-Item $file',
      ]),
      bicep: inShell(upload),
      terraform: inShell(upload),
      portal: [
        `Make a text file that holds \`${shown(token)}\` and nothing else, and call it \`${shown(key.slice(key.lastIndexOf('/') + 1))}\`.`,
        `In the storage account \`${shown(account)}\` open “Containers”, \`${shown(container)}\`, “Upload”, choose the file, and under “Advanced” upload it to the folder \`${shown(key.slice(0, Math.max(0, key.lastIndexOf('/'))))}\`.`,
      ],
    }),
  };
}
