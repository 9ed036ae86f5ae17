import { booleanOf, type Field, type Fields, fields } from './fields.ts';
import type { ManifestFlags } from './item.ts';
import { MOST_TITLE_CHARS } from './limits.ts';

type FlagsOf<T> = {
  [K in keyof ManifestFlags]-?: T extends ManifestFlags[K] ? K : never;
}[keyof ManifestFlags];

const yesOrNo =
  (name: FlagsOf<boolean>): Field<ManifestFlags> =>
  (flags, value, at, key) => {
    const found = booleanOf(value);
    if (found === undefined) at.warn('ignored_value', key, 'It is neither true nor false, and is left out.');
    else flags[name] = found;
  };

const text =
  (name: FlagsOf<string>): Field<ManifestFlags> =>
  (flags, value, at, key) => {
    if (typeof value === 'string' && value.length <= MOST_TITLE_CHARS) flags[name] = value;
    else
      at.warn(
        'ignored_value',
        key,
        `It is no text of up to ${MOST_TITLE_CHARS} characters, and is left out.`,
      );
  };

/** What stands beside the items and is about all of them. */
export const FLAGS: Fields<ManifestFlags> = fields<ManifestFlags>({
  skip_duplicate_urls: yesOrNo('skipDuplicateUrls'),
  upsert_metadata: yesOrNo('upsertMetadata'),
  ignore_errors: yesOrNo('ignoreErrors'),
  dataset_slug: text('datasetSlug'),
  storage_slug: text('storageSlug'),
  integration_hash: text('integrationHash'),
  integration_id: text('integrationHash'),
  file_name: text('fileName'),
});
