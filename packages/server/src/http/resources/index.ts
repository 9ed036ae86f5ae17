import type { routes } from '@mooring/contract';
import type { Handlers } from '../route.ts';
import { accountHandlers } from './account.ts';
import { assetEditHandlers } from './asset-edits.ts';
import { assetHandlers } from './assets.ts';
import { auditHandlers } from './audit.ts';
import { checkHandlers } from './checks.ts';
import { connectionLifeHandlers } from './connection-life.ts';
import { connectionHandlers } from './connections.ts';
import { connectorHandlers } from './connectors.ts';
import { consentHandlers } from './consent.ts';
import { datasetHandlers } from './datasets.ts';
import { exportHandlers } from './exports.ts';
import { feedHandlers } from './feeds.ts';
import { folderHandlers } from './folders.ts';
import { installationHandlers } from './installation.ts';
import { invitationHandlers } from './invitations.ts';
import { linkHandlers } from './links.ts';
import { mediaHandlers } from './media.ts';
import { memberHandlers } from './members.ts';
import { operationHandlers } from './operations.ts';
import { ownershipHandlers } from './ownership.ts';
import { profileHandlers } from './profiles.ts';
import { registrationHandlers } from './registrations.ts';
import { sessionHandlers } from './sessions.ts';
import { setupHandlers } from './setup.ts';
import { signInHandlers } from './sign-in.ts';
import { sourceHandlers } from './sources.ts';
import { sshKeyHandlers } from './ssh-keys.ts';
import { tokenHandlers } from './tokens.ts';
import { webhookHandlers } from './webhooks.ts';
import { workspaceHandlers } from './workspace.ts';

/** What answers each route of the contract. */
export const handlers: Handlers<typeof routes> = {
  ...installationHandlers,
  ...workspaceHandlers,
  ...accountHandlers,
  ...memberHandlers,
  ...invitationHandlers,
  ...sessionHandlers,
  ...signInHandlers,
  ...tokenHandlers,
  ...sshKeyHandlers,
  ...auditHandlers,
  ...webhookHandlers,
  ...connectionHandlers,
  ...connectionLifeHandlers,
  ...checkHandlers,
  ...setupHandlers,
  ...consentHandlers,
  ...ownershipHandlers,
  ...sourceHandlers,
  ...registrationHandlers,
  ...feedHandlers,
  ...folderHandlers,
  ...assetHandlers,
  ...linkHandlers,
  ...exportHandlers,
  ...assetEditHandlers,
  ...datasetHandlers,
  ...connectorHandlers,
  ...mediaHandlers,
  ...profileHandlers,
  ...operationHandlers,
};
