import type { Check, CheckId, Credential, StorageLocation } from '@mooring/contract';
import type { Ability, StorageKind } from '@mooring/storage';
import { wayOf } from './credential/draft.ts';

/**
 * `can` is proved by a check, `expected` not yet; `failing` is what a check found wanting, `blocked` what could not be
 * tried because of that. `cannot` is as it should be, `beware` is more than Mooring needs.
 */
export type AbilityState = 'can' | 'expected' | 'failing' | 'blocked' | 'cannot' | 'beware';

/** An ability, with what is known of it. */
export interface KnownAbility {
  id: string;
  state: AbilityState;
  text: string;
}

/** What is known of a connection so far; while it is being set up, not everything is. */
export interface Known {
  kind: StorageKind;
  location: StorageLocation | null;
  credential: Credential | null;
  checks: readonly Check[];
  renditionPrefix: string | null;
  ownership: { provenAt: string | null } | null;
}

/** What Mooring can do with a connection, in plain words. */
export function abilitiesOf(known: Known): KnownAbility[] {
  const { kind, location, credential, checks, renditionPrefix } = known;
  const proved = (...ids: CheckId[]) => stateByChecks(checks, ids);
  const { container: word } = kind.words;
  const container = location ? `the ${word} ${location.container}` : `the ${word}`;
  const below = location?.prefix ? `, below ${location.prefix}` : '';
  const own = credential ? kind.credentials.abilities({ location, credential }) : [];
  return [
    ...(credential && wayOf(kind, credential.kind)?.isShared ? [ofOwner(known)] : []),
    { id: 'list', state: proved('list'), text: `List what is in ${container}${below}` },
    {
      id: 'read',
      state: proved('head', 'range'),
      text: 'Read the headers of its objects, a few kilobytes each',
    },
    ...own.map(({ id, text, provedBy }) => ({ id, text, state: stateBy(provedBy, checks) })),
    ...(renditionPrefix === null
      ? []
      : [
          {
            id: 'renditions',
            state: proved('write'),
            text: `Write renditions below ${renditionPrefix}, and nowhere else`,
          },
        ]),
  ];
}

function ofOwner({ kind, location, ownership, checks }: Known): KnownAbility {
  const account = location ? kind.ownership.subject(location) : 'the account';
  return {
    id: 'ownership',
    state: ownership?.provenAt ? 'can' : stateByChecks(checks, ['ownership']),
    text: `Look into ${account}: its owner wants this workspace`,
  };
}

function stateBy(provedBy: Ability['provedBy'], checks: readonly Check[]): AbilityState {
  if (provedBy === 'cannot' || provedBy === 'beware') return provedBy;
  if (provedBy !== 'browser') return stateByChecks(checks, provedBy);
  // A browser that has looked for itself has the last word.
  return stateOf(
    checks.filter(({ id, side, status }) => (side === 'server' ? id === 'preflight' : status !== 'skipped')),
  );
}

const stateByChecks = (checks: readonly Check[], ids: readonly string[]): AbilityState =>
  stateOf(checks.filter(({ id, side }) => side === 'server' && ids.includes(id)));

function stateOf(found: readonly Check[]): AbilityState {
  if (found.some(({ status }) => status === 'failed')) return 'failing';
  if (found.some(({ status }) => status === 'skipped')) return 'blocked';
  return found.length > 0 && found.every(({ status }) => status === 'passed' || status === 'warning')
    ? 'can'
    : 'expected';
}
