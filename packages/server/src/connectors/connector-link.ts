import type { Clock } from '@mooring/storage/server';
import type { Maker } from '../access/caller.ts';
import type { Links } from '../access/links.ts';
import type { Db } from '../catalogue/db.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { type ConnectorRow, sealSecrets, unsealSecrets } from './row.ts';

/** Each push puts the end off by as much, so a connector that is in use goes on for years. */
const LIFE_SECONDS = 366 * 86_400;

/** The link by which a tool opens what a connector pushes. */
export const linkFor = ({ name, filter }: Pick<ConnectorRow, 'name'> & { filter: unknown }) => ({
  name: `${name} (connector)`.slice(0, 120),
  scope: { kind: 'filter' as const, filter: filter as never },
  origins: null,
  expiresInSeconds: LIFE_SECONDS,
});

/** @throws MooringError `link_invalid` where it was revoked, or has ended with its maker */
export async function renewLink(links: Pick<Links, 'renewLink'>, row: ConnectorRow): Promise<void> {
  const end = row.link_id && (await links.renewLink(row.workspace_id, row.link_id, LIFE_SECONDS));
  if (end) return;
  throw new MooringError(
    'link_invalid',
    `The link by which the tool opens the assets of the connector “${row.name}” was revoked, or has ended with its maker.`,
    { fix: 'Push by hand: then Mooring makes a new link for you, and tells it to all tasks.' },
  );
}

/** Makes a new link where the old one does not work any more. The next push tells it to all tasks. */
export async function ensureLink(
  { db, links, secrets, clock }: { db: Db; links: Links; secrets: SecretBox; clock: Clock },
  maker: Maker,
  row: ConnectorRow,
): Promise<void> {
  if (row.link_id && (await links.renewLink(row.workspace_id, row.link_id, LIFE_SECONDS))) return;
  const { token } = unsealSecrets(secrets, row);
  const made = await links.createLink(maker, linkFor(row), row.base_url);
  await db
    .updateTable('connectors')
    .set({
      link_id: made.id,
      secrets_sealed: sealSecrets(secrets, row, { token, linkToken: made.token }),
      updated_at: clock.now(),
    })
    .where('workspace_id', '=', row.workspace_id)
    .where('id', '=', row.id)
    .execute();
}
