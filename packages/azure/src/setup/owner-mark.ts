import { psPathLine, psRequestLines } from './powershell.ts';
import { azOption, jmes, ps, sh } from './quote.ts';
import type { SetupSettings } from './schema.ts';
import { API_VERSION, belowAccount, continued, rewriteLines } from './shell.ts';

// The mark of the owner in a container's metadata. Several workspaces can stand in it, with commas between them, and
// there can be other metadata: Azure replaces all of it, so it is read first.

/** The entry of a container's metadata that says which workspaces its owner wants. */
export const OWNER_METADATA = 'mooring_owner';
/** In place of the last token that is taken out: the Azure CLI can change an entry, not take it out. */
const NO_OWNER = 'none';

const pathOf = ({ location }: SetupSettings): string =>
  `/blobServices/default/containers/${location.container}`;

/** The metadata with the entry set to what a query comes to. */
const withOwner = (value: string): string =>
  `{properties: {metadata: merge(properties.metadata || ${jmes({})}, {${OWNER_METADATA}: ${value}})}}`;

export function addOwnerLines(settings: SetupSettings, token: string): string[] {
  const owners = `properties.metadata.${OWNER_METADATA}`;
  const isThere = `contains(join(${jmes(',')}, [${jmes('')}, ${owners}, ${jmes('')}]), ${jmes(`,${token},`)})`;
  const added = `join(${jmes(',')}, [${owners}, ${jmes(token)}][?@])`;
  return rewriteLines(
    pathOf(settings),
    withOwner(`(${owners} && ${isThere} && ${owners} || ${added})`),
    'patch',
  );
}

export function removeOwnerLines(settings: SetupSettings, token: string): string[] {
  const url = belowAccount(`${pathOf(settings)}?api-version=${API_VERSION}`);
  const [before, after] = withOwner('\0').split('\0');
  return [
    'OWNERS=',
    "IFS=', ;'",
    `for OWNER in $(az rest --method get --url=${url} ${azOption('query', `properties.metadata.${OWNER_METADATA}`)} --output tsv); do`,
    // What no token can be is left out: it would not be a word of the query below.
    `  case "$OWNER" in ${sh(token)} | *[!A-Za-z0-9._~:-]*) ;; *) OWNERS="$OWNERS\${OWNERS:+,}$OWNER" ;; esac`,
    'done',
    `URL=${url}`,
    `BODY=$(${continued('az rest --method get --url="$URL" --output json', `${azOption('query', before!)}"'\${OWNERS:-${NO_OWNER}}'"${sh(after!)})`)}`,
    'az rest --method patch --url="$URL" --body="$BODY" --output none',
  ];
}

const psReadLines = (settings: SetupSettings, token: string): string[] => [
  psPathLine(pathOf(settings)),
  ...psRequestLines('GET'),
  '$metadata = @{}',
  '$stored = ($answer.Content | ConvertFrom-Json).properties.metadata',
  'if ($stored) { foreach ($entry in $stored.PSObject.Properties) { $metadata[$entry.Name] = $entry.Value } }',
  `$owners = @("$($metadata[${ps(OWNER_METADATA)}])" -split '[\\s,;]+' | Where-Object { $_ -and $_ -ne ${ps(token)} })`,
];
const psWriteLines = (value: string): string[] => [
  `$metadata[${ps(OWNER_METADATA)}] = ${value}`,
  ...psRequestLines('PATCH', '(@{ properties = @{ metadata = $metadata } } | ConvertTo-Json -Depth 10)'),
];

export const psAddOwnerLines = (settings: SetupSettings, token: string): string[] => [
  ...psReadLines(settings, token),
  ...psWriteLines(`($owners + ${ps(token)}) -join ','`),
];

export const psRemoveOwnerLines = (settings: SetupSettings, token: string): string[] => [
  ...psReadLines(settings, token),
  `if (-not $owners) { $owners = @(${ps(NO_OWNER)}) }`,
  ...psWriteLines("$owners -join ','"),
];
