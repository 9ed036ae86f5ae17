import { sh, shown } from '@mooring/storage';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { continued, endpointOption } from '../shell.ts';
import { inShell, textsOf } from '../texts.ts';

/** The marker that says which workspace is wanted. A role with an external id says so itself. */
export function ownershipSection({ identity, ownership, location }: SetupSettings): SetupSection | null {
  if (identity.kind !== 'web-identity' || ownership === null) return null;
  const { token, markerKey } = ownership;
  const put = continued(
    `printf '%s' ${sh(token)} | aws s3 cp${endpointOption(location.endpoint)} - ${sh(`s3://${location.container}/${markerKey}`)}`,
  );
  return {
    id: 'ownership',
    title: 'Say that you want this',
    why: `All workspaces of this Mooring use the same token, so Mooring reads nothing until this object says that you want it. It is not a secret, and grants nothing.`,
    texts: textsOf({
      aws: put,
      cloudformation: inShell(put),
      terraform: inShell(put),
      console: [
        `Upload an object with the key \`${shown(markerKey)}\` to the bucket \`${shown(location.container)}\`. What it holds does not matter.`,
      ],
    }),
  };
}
