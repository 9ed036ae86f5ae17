import type { Fix } from '@mooring/contract';
import type { OwnedPlace, OwnershipRules } from '@mooring/storage';
import type { AzureLocation } from '../schemas.ts';
import { generateSetup } from '../setup/generate.ts';
import { OWNER_METADATA } from '../setup/owner-mark.ts';
import type { SetupFormat } from '../setup/schema.ts';
import { snippetsOf } from '../setup/snippets.ts';

/** The marker lies at the root of the container. An upload below a person's prefix cannot reach that place. */
export const markerKeyOf = (token: string): string => `.mooring/owner-${token}`;

/** How the owner of a storage account says that a workspace may use it. */
export const azureOwnership: OwnershipRules<AzureLocation> = {
  marks: [
    {
      id: 'container-metadata',
      words: 'By the metadata of the container',
      found: 'the container carries its mark',
      observed: `The container’s metadata entry ${OWNER_METADATA} names this workspace.`,
    },
    {
      id: 'marker-blob',
      words: 'By a marker in the container',
      found: 'the marker blob is there',
      observed: 'The container holds the marker of this workspace.',
    },
  ],
  markerKey: markerKeyOf,
  expected: (_, token) =>
    `The metadata entry ${OWNER_METADATA} of the container holds ${token}, or there is the object ${markerKeyOf(token)}.`,
  fix: howToProve,
  signIn: {
    text: 'Or let a person of that directory sign in here, in place of the mark: Azure then tells Mooring which directory that person belongs to.',
    button: 'Sign in to Azure',
    found: 'a person of the directory signed in and confirmed it',
    observed: 'An administrator of the tenant has signed in for this workspace.',
    // Signing in goes by the app of this installation, in the directory that the credential names.
    isPossible: (credential, { mooringApp }) => mooringApp != null && credential.tenantId != null,
  },
  why: ({ kind }) =>
    kind === 'azure-mooring-app'
      ? 'Other people use the same app. So the name of an account must not be enough to read it.'
      : 'This identity belongs to the installation. So the name of an account must not be enough to read it.',
  subject: ({ account }) => account,
};

function howToProve({ location }: OwnedPlace<AzureLocation>, token: string): Fix {
  const commands = (
    mark: 'container-metadata' | 'marker-blob',
    formats: readonly SetupFormat[],
    title: string,
  ): Fix['snippets'] =>
    generateSetup({
      location,
      identity: { kind: 'user' }, // the mark is the same for every identity
      ownership: { token, mark, markerKey: markerKeyOf(token) },
    })
      .sections.filter(({ id }) => id === 'ownership')
      .flatMap(section => snippetsOf(section, formats, title));
  return {
    why: 'Mooring signs in here with an identity that others use too. Anyone who knows the names of an account and a container could enter them. So Mooring reads nothing there until the owner has said that this workspace is wanted.',
    steps: [
      'Ask a person who manages the storage to set the mark with one of these commands. Then check again.',
      'If the mark is there: check the names of account and container. Check that the identity has the role Storage Blob Data Reader on the container (a new role takes some minutes). Check that no firewall blocks Mooring. Until Mooring finds the mark, it says no more about the account.',
    ],
    snippets: [
      ...commands('container-metadata', ['az-cli', 'powershell'], 'Set the mark in the container’s metadata'),
      ...commands('marker-blob', ['az-cli'], 'Set the mark as a small blob instead'),
    ],
  };
}
