import type { Fix } from '@mooring/contract';
import type { Subject } from '@mooring/storage';
import type { AzureLocation, AzureCredential as Credential } from '../schemas.ts';
import { generateSetup } from '../setup/generate.ts';
import { azOption } from '../setup/quote.ts';
import { type SetupIdentity, setupRequest } from '../setup/schema.ts';
import { snippetsOf } from '../setup/snippets.ts';

type Snippet = Fix['snippets'][number];

/**
 * What remains to be done in Azure once a connection is unlinked: Mooring has forgotten the credential, but Azure still
 * takes it, and what was signed with it works until it ends.
 */
export function howToRevoke(connection: Subject<AzureLocation, Credential>): Fix {
  const { credential } = connection;
  const { account } = connection.location;
  const isToken = credential.kind === 'azure-sas';
  return {
    why: isToken
      ? 'Mooring has forgotten the token, but it works until it expires for everyone who has it. To end a SAS token sooner, you must end the key or policy that it was signed with.'
      : 'Mooring no longer uses the account, but its identity can still sign in and keeps its roles, and URLs that were signed work until they end.',
    steps: [
      ...(isToken ? sasSteps(credential, account) : identitySteps(credential, account)),
      'If no page loads from this account any more, remove the CORS rule with Mooring’s origin too.',
    ],
    snippets: isToken ? sasSnippets(credential, account) : identitySnippets(connection),
  };
}

type Sas = Extract<Credential, { kind: 'azure-sas' }>;

const sasSteps = ({ sas }: Sas, account: string): string[] => [
  ...(sas.expiresAt ? [`Left alone, the token ends at ${sas.expiresAt}.`] : []),
  ...(sas.policy
    ? [
        `Delete or change the stored access policy “${sas.policy}” of the container: this ends every token that names it.`,
      ]
    : [
        `Rotate the key of ${account} that signed the token: this ends every token signed with that key, also those of others. Mooring cannot see which of the two it was.`,
        'If it was signed with a user delegation key, revoke those keys instead.',
      ]),
];

const sasSnippets = ({ sas }: Sas, account: string): Snippet[] =>
  sas.policy
    ? []
    : [
        shell('Rotate the first key (the second: --key secondary)', [
          `az storage account keys renew ${azOption('account-name', account)} --key primary --output none`,
        ]),
        revokeKeys(account),
      ];

const identitySteps = (credential: Credential, account: string): string[] => [
  `Revoke the user delegation keys of ${account}: signed URLs end within minutes, also those that other products signed with such keys.`,
  'Remove the role assignments.',
  ...('clientId' in credential && isOwnApp(credential)
    ? [
        'Delete the secret or certificate that Mooring had, or the whole app registration if nothing else uses it.',
      ]
    : []),
];

function identitySnippets(connection: Parameters<typeof howToRevoke>[0]): Snippet[] {
  const { credential, location, ownership, renditionPrefix } = connection;
  const request = setupRequest.safeParse({
    location,
    identity: identityOf(credential),
    renditionPrefix,
    ownership: ownership && {
      token: ownership.token,
      mark: ownership.provenBy === 'marker-blob' ? 'marker-blob' : 'container-metadata',
      markerKey: ownership.markerKey,
    },
  });
  const removal = request.success
    ? generateSetup(request.data).sections.find(({ id }) => id === 'removal')
    : undefined;
  return [
    revokeKeys(location.account),
    ...(removal ? snippetsOf(removal, ['az-cli', 'powershell'], 'Remove the roles') : []),
    ...deleteCredential(credential),
  ];
}

function identityOf(credential: Credential): SetupIdentity | null {
  switch (credential.kind) {
    case 'azure-app':
    case 'azure-app-certificate':
    case 'azure-app-federated':
      return { kind: 'app', clientId: credential.clientId, name: 'Mooring', credential: null };
    case 'azure-mooring-app':
      return { kind: 'mooring-app', clientId: credential.clientId };
    case 'azure-managed-identity':
      return { kind: 'managed-identity', principalId: null };
    case 'azure-cli':
      return { kind: 'user' };
    case 'azure-sas':
      return null;
  }
}

const isOwnApp = ({ kind }: Credential): boolean => kind === 'azure-app' || kind === 'azure-app-certificate';

function deleteCredential(credential: Credential): Snippet[] {
  if (credential.kind !== 'azure-app' && credential.kind !== 'azure-app-certificate') return [];
  const what = credential.kind === 'azure-app' ? '' : ' --cert';
  const id = azOption('id', credential.clientId);
  const keyId =
    credential.kind === 'azure-app'
      ? 'KEY_ID'
      : `"$(az ad app credential list ${id} --cert ${azOption('query', `[?customKeyIdentifier=='${credential.thumbprint}'].keyId`)} --output tsv)"`;
  return [
    shell('Delete what Mooring signed in with', [
      ...(credential.kind === 'azure-app' ? [`az ad app credential list ${id} --output table`] : []),
      `az ad app credential delete ${id} --key-id ${keyId}${what}`,
    ]),
  ];
}

const revokeKeys = (account: string): Snippet =>
  shell('Revoke the user delegation keys', [
    `az storage account revoke-delegation-keys --ids "$(az storage account show ${azOption('name', account)} --query id --output tsv)"`,
  ]);

const shell = (title: string, lines: string[]): Snippet => ({
  title,
  language: 'bash',
  text: lines.join('\n'),
});
