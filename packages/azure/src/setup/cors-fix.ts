import type { Fix } from '@mooring/contract';
import type { AzureLocation } from '../schemas.ts';
import { generateSetup } from './generate.ts';

/** What to run so that pages of these origins may load from the storage; it leaves other rules in place. Pure. */
export function corsSnippets(location: AzureLocation, origins: readonly string[]): Fix['snippets'] {
  // The rules are the account’s: no prefix, which may be one that no command can hold, has a part in them.
  const place = { ...location, prefix: '' };
  const { sections } = generateSetup({ location: place, identity: { kind: 'user' }, origins: [...origins] });
  const cors = sections.find(({ id }) => id === 'cors');
  if (!cors) return [];
  return (['az-cli', 'powershell', 'portal'] as const).map(format => ({
    title: `${NAMES[format]}: ${cors.title}`,
    language: cors.texts[format].language,
    text: cors.texts[format].text,
  }));
}

const NAMES = { 'az-cli': 'Azure CLI', powershell: 'PowerShell', portal: 'Azure portal' };
