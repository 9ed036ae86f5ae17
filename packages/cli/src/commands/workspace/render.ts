import type { WorkspaceSettings } from '@mooring/contract';
import { count } from '../../output/quantity.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import { plain } from '../../output/text.ts';

/** How many assets a workspace has and may have, a line each. */
export function renderWorkspace(workspace: WorkspaceSettings, style: Style): string {
  const { maxAssets, overQuotaCount, settled } = workspace;
  return renderDetails(
    [
      ['id', workspace.id],
      ['name', plain(workspace.name)],
      ['assets', count(workspace.assetCount)],
      ['at most', maxAssets === null ? 'no limit' : count(maxAssets)],
      ['signs for', `${count(workspace.maxSigningSeconds)} s at most`],
      ['over quota', overQuotaCount > 0 ? count(overQuotaCount) : null],
      ['marks', settled ? null : 'are being brought in line'],
    ],
    style,
  );
}
