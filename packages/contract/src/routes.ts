import { accountRoutes } from './resources/account.ts';
import { assetEditRoutes } from './resources/asset-edits.ts';
import { assetRoutes } from './resources/assets.ts';
import { auditRoutes } from './resources/audit.ts';
import { checkRoutes } from './resources/checks.ts';
import { connectionLifeRoutes } from './resources/connection-life.ts';
import { connectionRoutes } from './resources/connections.ts';
import { connectorRoutes } from './resources/connectors.ts';
import { consentRoutes } from './resources/consent.ts';
import { datasetRoutes } from './resources/datasets.ts';
import { exportRoutes } from './resources/exports.ts';
import { feedRoutes } from './resources/feeds.ts';
import { folderRoutes } from './resources/folders.ts';
import { installationRoutes } from './resources/installation.ts';
import { invitationRoutes } from './resources/invitations.ts';
import { linkRoutes } from './resources/links.ts';
import { mediaRoutes } from './resources/media.ts';
import { memberRoutes } from './resources/members.ts';
import { operationRoutes } from './resources/operations.ts';
import { ownershipRoutes } from './resources/ownership.ts';
import { profileRoutes } from './resources/profiles.ts';
import { registrationRoutes } from './resources/registrations.ts';
import { sessionRoutes } from './resources/sessions.ts';
import { setupRoutes } from './resources/setup.ts';
import { signInRoutes } from './resources/sign-in.ts';
import { sourceRoutes } from './resources/sources.ts';
import { sshKeyRoutes } from './resources/ssh-keys.ts';
import { tokenRoutes } from './resources/tokens.ts';
import { webhookRoutes } from './resources/webhooks.ts';
import { workspaceRoutes } from './resources/workspace.ts';

/** Every route of the API, by the name of what it does. Each resource defines its own. */
export const routes = {
  ...installationRoutes,
  ...workspaceRoutes,
  ...accountRoutes,
  ...memberRoutes,
  ...invitationRoutes,
  ...sessionRoutes,
  ...signInRoutes,
  ...tokenRoutes,
  ...sshKeyRoutes,
  ...auditRoutes,
  ...webhookRoutes,
  ...connectionRoutes,
  ...connectionLifeRoutes,
  ...checkRoutes,
  ...setupRoutes,
  ...consentRoutes,
  ...ownershipRoutes,
  ...sourceRoutes,
  ...registrationRoutes,
  ...feedRoutes,
  ...folderRoutes,
  ...assetRoutes,
  ...linkRoutes,
  ...exportRoutes,
  ...assetEditRoutes,
  ...datasetRoutes,
  ...connectorRoutes,
  ...mediaRoutes,
  ...profileRoutes,
  ...operationRoutes,
} as const;
export type RouteId = keyof typeof routes;
