import { azOption, ps, shown } from '../quote.ts';
import type { SetupIdentity, SetupSection, SetupSettings } from '../schema.ts';
import { continued } from '../shell.ts';
import { inShell, lines, textsOf } from '../texts.ts';

type Sas = Extract<SetupIdentity, { kind: 'sas' }>;

/** Makes an account SAS: reading and listing, and for delivery a second one that reads objects alone. */
export function sasSection(
  { location }: SetupSettings,
  { expiresOn, delivery }: Sas,
): Omit<SetupSection, 'id'> {
  const token = (types: string, permissions: string) =>
    continued(
      `az storage account generate-sas ${azOption('account-name', location.account)}`,
      `--services b --resource-types ${types} --permissions ${permissions}`,
      // Accounts with a SAS expiration policy accept no token without a start.
      `--start "$(date -u +%Y-%m-%dT00:00Z)" ${azOption('expiry', `${expiresOn}T00:00Z`)} --https-only --output tsv`,
    );
  const az = lines(token('co', 'rl'), ...(delivery ? ['echo', token('o', 'r')] : []));
  const powershell = (types: string, permission: string) =>
    `New-AzStorageAccountSASToken -Context $context -Service Blob -ResourceType ${types} -Permission '${permission}' -Protocol HttpsOnly -StartTime $start -ExpiryTime ${ps(`${expiresOn}T00:00:00Z`)}`;
  return {
    title: delivery ? 'Make two account SAS tokens' : 'Make an account SAS token',
    why: `It lists and reads every container of the account until \`${shown(expiresOn)}\`, and writes nothing; it cannot be limited to one container. ${delivery ? 'The second can only read objects, so browsers may have it. ' : ''}The account’s key signs it on Azure’s side: never give anyone the key itself.`,
    texts: textsOf({
      az,
      powershell: lines(
        `$context = (Get-AzStorageAccount | Where-Object StorageAccountName -eq ${ps(location.account)}).Context`,
        '$start = (Get-Date).ToUniversalTime().Date',
        powershell("@('Container', 'Object')", 'rl'),
        ...(delivery ? [powershell("'Object'", 'r')] : []),
      ),
      bicep: inShell(az),
      terraform: inShell(az),
      portal: [
        `In the storage account \`${shown(location.account)}\` open “Shared access signature”.`,
        'Choose the service Blob, the resource types Container and Object, the permissions Read and List, and no others.',
        `Set the end to \`${shown(expiresOn)}\`, allow HTTPS only, press “Generate SAS and connection string”, and copy the SAS token.`,
        ...(delivery
          ? ['Make a second one with the resource type Object and the permission Read alone, for browsers.']
          : []),
      ],
    }),
  };
}
