import type { RegistrationOptions } from '@mooring/contract';

/** What the form asks for. */
export type Options = Pick<
  RegistrationOptions,
  'folder' | 'connectionId' | 'ignoreErrors' | 'skipDuplicateUrls' | 'upsertMetadata'
>;

export const FIRST_OPTIONS: Options = {
  folder: 'Registered',
  ignoreErrors: false,
  skipDuplicateUrls: false,
  upsertMetadata: false,
};

/** What a registration does with these options, in the order in which it does it. */
export const whatHappens = ({
  folder,
  ignoreErrors,
  skipDuplicateUrls,
  upsertMetadata,
}: Options): string[] => [
  'Mooring finds the connection that each item belongs to.',
  'It asks the storage whether each object is there. Of a client-only connection it asks nothing and takes what the list says.',
  ignoreErrors
    ? 'Items that cannot be registered are listed with the reason. All others are registered.'
    : 'If one item cannot be registered, none is. All such items are listed with the reason.',
  skipDuplicateUrls
    ? `Assets that the folder “${folder}” has already stay as they are${upsertMetadata ? ', but get the client metadata of the list' : ''}.`
    : `Assets that the folder “${folder}” has already are brought up to date.`,
  'No data is copied.',
];
