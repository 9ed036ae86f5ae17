import type { Connection } from '@mooring/contract';
import type { CliKind } from '@mooring/storage/cli';
import { count, relative } from '../../output/quantity.ts';
import { marked, paint } from '../../output/status.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import { plain } from '../../output/text.ts';

/** Everything about a connection that is not a secret, a line each. */
export function renderConnection(
  connection: Connection,
  kinds: readonly CliKind[],
  style: Style,
  now: Date,
): string {
  const { location, credential, delivery, status, statusReason, lastCheckedAt } = connection;
  const cli = kinds.find(({ kind }) => kind.id === connection.provider);
  const shown = cli?.describe(credential, at => relative(at, now)) ?? credential.kind;
  return renderDetails(
    [
      ['id', connection.id],
      ['name', plain(connection.name)],
      ['status', paint(marked(status), status, style) + (statusReason ? `: ${plain(statusReason)}` : '')],
      ['checked', lastCheckedAt ? relative(lastCheckedAt, now) : 'never'],
      ['checked again', connection.nextCheckAt ? relative(connection.nextCheckAt, now) : null],
      ...connection.warnings.map(({ message }): [string, string] => ['warning', plain(message)]),
      ...placeOf(connection, cli),
      ['container', plain(location.container)],
      ['prefix', location.prefix ? plain(location.prefix) : null],
      ['credential', plain(shown)],
      ['ownership', describeOwnership(connection, cli)],
      [
        'delivery',
        delivery === 'direct' ? 'direct: browsers load from the storage' : 'relay: through Mooring',
      ],
      ...connection.overlaps.map(({ name, relation }): [string, string] => [
        'beside',
        `${plain(name)}, which ${OVERLAP_WORDS[relation]}`,
      ]),
      ['assets', count(connection.assetCount)],
      ['created', relative(connection.createdAt, now)],
    ],
    style,
  );
}

/** Where the container is, under the name that the kind has for it: an endpoint, a region. */
function placeOf({ location }: Connection, cli: CliKind | undefined): [string, string][] {
  if (!cli) return [];
  const place = cli.kind.location.place(location);
  const part = cli.kind.location.parts.find(({ name }) => location[name] === place);
  return place === '' ? [] : [[part?.name ?? 'place', plain(place)]];
}

/** The container and the prefix, with where they are. */
export function addressOf({ provider, location }: Connection, kinds: readonly CliKind[]): string {
  const cli = kinds.find(({ kind }) => kind.id === provider);
  const place = cli?.kind.location.place(location) ?? '';
  return `${place === '' ? '' : `${place}/`}${location.container}/${location.prefix}`;
}

const OVERLAP_WORDS: Record<Connection['overlaps'][number]['relation'], string> = {
  'same-account': 'reaches another part of the account',
  'same-place': 'reaches the same place',
  contains: 'reaches all of this and more',
  inside: 'reaches a part of this',
};

function describeOwnership({ ownership, ...place }: Connection, cli: CliKind | undefined): string | null {
  if (!ownership) return null;
  if (ownership.provenAt) return `proven by ${ownership.provenBy}`;
  const expected = cli?.kind.ownership.expected(place, ownership.token);
  return plain(`not proven${expected === undefined ? '' : `; expected: ${expected}`}`);
}
