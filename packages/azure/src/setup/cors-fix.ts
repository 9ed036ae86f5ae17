import type { Fix } from '@mooring/contract';
import type { AzureLocation } from '../schemas.ts';
import { generateSetup } from './generate.ts';
import { snippetsOf } from './snippets.ts';

/** What to run so that pages of these origins may load from the storage; it leaves other rules in place. Pure. */
export function corsSnippets(location: AzureLocation, origins: readonly string[]): Fix['snippets'] {
  // The rules are the account’s: no prefix, which may be one that no command can hold, has a part in them.
  const place = { ...location, prefix: '' };
  const { sections } = generateSetup({ location: place, identity: { kind: 'user' }, origins: [...origins] });
  const cors = sections.find(({ id }) => id === 'cors');
  return cors ? snippetsOf(cors, ['az-cli', 'powershell', 'portal']) : [];
}
