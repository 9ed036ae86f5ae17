import type { Connector } from '@mooring/contract';
import { count, relative } from '../../output/quantity.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import { plain } from '../../output/text.ts';
import { filterWords } from '../link/list.ts';

/** A connector as people read it. */
export const renderConnector = (connector: Connector, style: Style, now: Date): string =>
  renderDetails(
    [
      ['id', connector.id],
      ['name', plain(connector.name)],
      ['project', plain(`${connector.projectTitle} (${connector.url}/projects/${connector.projectId})`)],
      ['assets', filterWords(connector.filter)],
      ['gone assets', connector.whenGone === 'mark' ? 'are marked' : 'are removed'],
      ['pushes', connector.everySeconds === null ? 'when asked' : `every ${count(connector.everySeconds)} s`],
      ['tasks', count(connector.tasks.present)],
      ['annotated', count(connector.tasks.annotated)],
      ['gone', count(connector.tasks.gone)],
      ['last push', connector.lastPushAt ? relative(connector.lastPushAt, now) : 'never'],
      ['link', connector.linkExpiresAt ? `ends ${relative(connector.linkExpiresAt, now)}` : 'was revoked'],
    ],
    style,
  );
