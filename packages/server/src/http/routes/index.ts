import type { RouteId } from '@mooring/contract';
import type { RouteHandler } from '../route.ts';
import { browseConnection } from './browse-connection.ts';
import { cancelOperation } from './cancel-operation.ts';
import { createConnection } from './create-connection.ts';
import { createFeed } from './create-feed.ts';
import { createSession } from './create-session.ts';
import { createSetupLink } from './create-setup-link.ts';
import { createSignInLink } from './create-sign-in-link.ts';
import { createSource } from './create-source.ts';
import { createToken } from './create-token.ts';
import { createWebhook } from './create-webhook.ts';
import { deleteConnection } from './delete-connection.ts';
import { deleteFeed } from './delete-feed.ts';
import { deleteSession } from './delete-session.ts';
import { deleteSetupLink } from './delete-setup-link.ts';
import { deleteSource } from './delete-source.ts';
import { deleteToken } from './delete-token.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { finishConsent } from './finish-consent.ts';
import { finishOwnershipSignIn } from './finish-ownership-sign-in.ts';
import { generateSetup } from './generate-setup.ts';
import { getAsset } from './get-asset.ts';
import { getAssetAnchors } from './get-asset-anchors.ts';
import { getAssetContent } from './get-asset-content.ts';
import { getBrowserProbe } from './get-browser-probe.ts';
import { getChecks } from './get-checks.ts';
import { getConnection } from './get-connection.ts';
import { getFolder } from './get-folder.ts';
import { getIdentity } from './get-identity.ts';
import { getInstallation } from './get-installation.ts';
import { getIssuedUrls } from './get-issued-urls.ts';
import { getOperation } from './get-operation.ts';
import { getSetup } from './get-setup.ts';
import { getSource } from './get-source.ts';
import { getWorkspace } from './get-workspace.ts';
import { health } from './health.ts';
import { listAssets } from './list-assets.ts';
import { listConnectionEvents } from './list-connection-events.ts';
import { listConnections } from './list-connections.ts';
import { listFeeds } from './list-feeds.ts';
import { listFolders } from './list-folders.ts';
import { listOperationErrors } from './list-operation-errors.ts';
import { listOperations } from './list-operations.ts';
import { listSources } from './list-sources.ts';
import { listTokens } from './list-tokens.ts';
import { listWebhookDeliveries } from './list-webhook-deliveries.ts';
import { listWebhooks } from './list-webhooks.ts';
import { pauseOperation } from './pause-operation.ts';
import { previewSource } from './preview-source.ts';
import { proveOwnership } from './prove-ownership.ts';
import { putBrowserResults } from './put-browser-results.ts';
import { readInventory } from './read-inventory.ts';
import { replaceCredential } from './replace-credential.ts';
import { resumeOperation } from './resume-operation.ts';
import { runChecks } from './run-checks.ts';
import { signAssets } from './sign-assets.ts';
import { startConsent } from './start-consent.ts';
import { startOwnershipSignIn } from './start-ownership-sign-in.ts';
import { syncSource } from './sync-source.ts';
import { testObject } from './test-object.ts';
import { testWebhook } from './test-webhook.ts';
import { unlinkConnection } from './unlink-connection.ts';
import { updateConnection } from './update-connection.ts';
import { updateSource } from './update-source.ts';
import { updateWorkspace } from './update-workspace.ts';

/** Every route of the contract and what answers it: one file each. */
export const handlers: { [Id in RouteId]: RouteHandler<Id> } = {
  health,
  getIdentity,
  getWorkspace,
  updateWorkspace,
  getInstallation,
  createSession,
  deleteSession,
  createSignInLink,
  listTokens,
  createToken,
  deleteToken,
  listWebhooks,
  createWebhook,
  deleteWebhook,
  testWebhook,
  listWebhookDeliveries,
  listConnections,
  createConnection,
  getConnection,
  updateConnection,
  deleteConnection,
  replaceCredential,
  unlinkConnection,
  getIssuedUrls,
  listConnectionEvents,
  runChecks,
  getChecks,
  getBrowserProbe,
  putBrowserResults,
  testObject,
  browseConnection,
  generateSetup,
  createSetupLink,
  deleteSetupLink,
  getSetup,
  startConsent,
  finishConsent,
  startOwnershipSignIn,
  finishOwnershipSignIn,
  proveOwnership,
  listSources,
  createSource,
  getSource,
  updateSource,
  deleteSource,
  previewSource,
  syncSource,
  listFeeds,
  createFeed,
  deleteFeed,
  readInventory,
  listFolders,
  getFolder,
  listAssets,
  getAssetAnchors,
  getAsset,
  signAssets,
  getAssetContent,
  listOperations,
  getOperation,
  cancelOperation,
  pauseOperation,
  resumeOperation,
  listOperationErrors,
};
