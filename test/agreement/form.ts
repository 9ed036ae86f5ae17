import type { StorageKind } from '@mooring/storage';
import { readCredential } from '../../packages/web/src/pages/connections/credential/draft.ts';
import { typedCredential } from '../../packages/web/src/pages/connections/credential/testing.ts';
import {
  type Draft,
  EMPTY,
  locationOf,
  takeAddress,
  withKind,
  withPart,
} from '../../packages/web/src/pages/connections/new/draft.ts';
import { NOW, type Typed, type Verdict } from './verdict.ts';

/** What the set-up in the web app says: its first step, then its second. */
export function judgeInForm(kind: StorageKind, { location: typed, credential }: Typed): Verdict {
  const { [kind.location.address.name]: address, ...parts } = typed;
  let draft: Draft = withKind(EMPTY, kind);
  if (address !== undefined) draft = takeAddress(address, draft).draft;
  for (const [part, text] of Object.entries(parts)) draft = withPart(draft, part, text ?? '');
  const location = locationOf(draft);
  if (!location?.ok) return `location.${location?.field ?? ''}`;
  const { kind: way, ...given } = credential;
  // A field behind a switch that stays empty is not switched on.
  const texts = Object.fromEntries(Object.entries(given).filter(([, text]) => text.trim() !== ''));
  const read = readCredential(kind, typedCredential(kind, way, texts), {
    now: NOW,
    location: location.value,
    accessMode: 'server',
  });
  return read.ok ? 'accepted' : `credential.${read.field}`;
}
