import type { CliKind } from '@mooring/storage/cli';
import { Command } from 'commander';
import { refuseExtraArguments, refuseWithoutCommand } from './command-line.ts';
import { changeMetadata, tagAssets } from './commands/asset/edit.ts';
import { exportAssets } from './commands/asset/export.ts';
import { listAssets } from './commands/asset/list.ts';
import { showAsset } from './commands/asset/show.ts';
import { assetUrl } from './commands/asset/url.ts';
import { exportAudit } from './commands/audit/export.ts';
import { listAudit } from './commands/audit/list.ts';
import { editAudit, showAudit } from './commands/audit/settings.ts';
import { verifyAuditCommand } from './commands/audit/verify.ts';
import { completion } from './commands/completion.ts';
import { addConnection } from './commands/connection/add.ts';
import { checkConnection } from './commands/connection/check.ts';
import { consent } from './commands/connection/consent.ts';
import { connectionHistory } from './commands/connection/history.ts';
import { issuedUrls } from './commands/connection/issued-urls.ts';
import { listConnections } from './commands/connection/list.ts';
import { proveConnection } from './commands/connection/prove.ts';
import { removeConnection } from './commands/connection/remove.ts';
import { replaceCredential } from './commands/connection/replace-credential.ts';
import { setupConnection } from './commands/connection/setup.ts';
import { showConnection } from './commands/connection/show.ts';
import { testUrl } from './commands/connection/test-url.ts';
import { unlinkConnection } from './commands/connection/unlink.ts';
import { addConnector } from './commands/connector/add.ts';
import { editConnector, removeConnector } from './commands/connector/edit.ts';
import { listConnectors, showConnector } from './commands/connector/list.ts';
import { pushConnector } from './commands/connector/push.ts';
import { createDataset, editDataset, removeDataset, showDataset } from './commands/dataset/edit.ts';
import { listDatasets } from './commands/dataset/list.ts';
import {
  listMembers as listDatasetMembers,
  listVersions,
  showDifference,
} from './commands/dataset/members.ts';
import { createVersion } from './commands/dataset/version.ts';
import { addFeed } from './commands/feed/add.ts';
import { listFeeds } from './commands/feed/list.ts';
import { removeFeed } from './commands/feed/remove.ts';
import { describeFolder } from './commands/folder/describe.ts';
import { listFolders } from './commands/folder/list.ts';
import { createLink } from './commands/link/create.ts';
import { listLinks } from './commands/link/list.ts';
import { revokeLink } from './commands/link/revoke.ts';
import { mcp } from './commands/mcp.ts';
import { inviteMember } from './commands/member/invite.ts';
import { listMembers } from './commands/member/list.ts';
import { removeMember } from './commands/member/remove.ts';
import { changeRole } from './commands/member/role.ts';
import { memberSignInLink } from './commands/member/sign-in-link.ts';
import { cancelOperation } from './commands/operation/cancel.ts';
import { pauseOperation, resumeOperation } from './commands/operation/hold.ts';
import { listOperations } from './commands/operation/list.ts';
import { retryOperation } from './commands/operation/retry.ts';
import { showOperation } from './commands/operation/show.ts';
import { watchOperation } from './commands/operation/watch.ts';
import { probe } from './commands/probe.ts';
import { listProfiles } from './commands/profile/list.ts';
import { putProfile } from './commands/profile/put.ts';
import { removeProfile } from './commands/profile/remove.ts';
import { showProfile } from './commands/profile/show.ts';
import { register as registerList } from './commands/register.ts';
import { config } from './commands/server/config.ts';
import { exportInstallation } from './commands/server/export.ts';
import { importInstallation } from './commands/server/import.ts';
import { migrate } from './commands/server/migrate.ts';
import { rotateKeys } from './commands/server/rotate-keys.ts';
import { serve } from './commands/server/serve.ts';
import { signInLink } from './commands/server/sign-in-link.ts';
import { worker } from './commands/server/worker.ts';
import { endSession } from './commands/session/end.ts';
import { listSessionLinks } from './commands/session/links.ts';
import { listSessions } from './commands/session/list.ts';
import { signIn } from './commands/sign-in.ts';
import { addSource } from './commands/source/add.ts';
import { editSource } from './commands/source/edit.ts';
import { readInventory } from './commands/source/inventory.ts';
import { listSources } from './commands/source/list.ts';
import { recheckSource } from './commands/source/recheck.ts';
import { addSshKey } from './commands/ssh-key/add.ts';
import { listSshKeys } from './commands/ssh-key/list.ts';
import { removeSshKey } from './commands/ssh-key/remove.ts';
import { showStatus } from './commands/status.ts';
import { sync } from './commands/sync.ts';
import { createToken } from './commands/token/create.ts';
import { listTokens } from './commands/token/list.ts';
import { revokeToken } from './commands/token/revoke.ts';
import { addWebhook } from './commands/webhook/add.ts';
import { listDeliveries } from './commands/webhook/deliveries.ts';
import { listWebhooks } from './commands/webhook/list.ts';
import { removeWebhook } from './commands/webhook/remove.ts';
import { testWebhook } from './commands/webhook/test.ts';
import { editWorkspace } from './commands/workspace/edit.ts';
import { showWorkspace } from './commands/workspace/show.ts';
import { EXIT_CODES_HELP } from './exit-code.ts';
import { UsageError } from './failure.ts';
import type { Io } from './io.ts';

const HELP = `
${EXIT_CODES_HELP}

Environment:
  MOORING_URL, MOORING_TOKEN   the installation and a token for it, instead of mooring sign-in
  NO_COLOR                     no colours

Data goes to stdout, everything else to stderr. With --json, stdout holds JSON and nothing else.`;

type Register = (parent: Command, io: Io, kinds: readonly CliKind[]) => void;

/** The whole command line. Failures are thrown. */
export function createProgram(io: Io, version: string, kinds: readonly CliKind[]): Command {
  const program = new Command('mooring')
    .description(
      'Connects private cloud storage to the tools that annotate and train on it, without copying the data.',
    )
    .version(version)
    .option('--json', 'print JSON')
    .option('--url <url>', 'the installation to talk to')
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(io.stdout.columns ?? 100, 100) })
    .configureOutput({
      writeOut: text => io.stdout.write(text),
      writeErr: () => {}, // what is thrown says it
    })
    .exitOverride()
    .addHelpText('after', HELP)
    .allowExcessArguments() // refused below, by name
    .hook('preAction', (_program, command) => refuseExtraArguments(command))
    .action((_options: object, command: Command) => {
      const [unknown] = command.args;
      if (unknown === undefined) return showStatus(command, io);
      throw new UsageError(`There is no command ${JSON.stringify(unknown)}.`, 'See mooring --help.');
    });

  const group = (name: string, summary: string, commands: Register[]): void => {
    const parent = program
      .command(name)
      .description(summary)
      .action((_options, group) => refuseWithoutCommand(group));
    for (const register of commands) register(parent, io, kinds);
  };
  program.commandsGroup('Use:');
  signIn(program, io);
  group('connection', 'storage accounts that Mooring reaches', [
    addConnection,
    listConnections,
    showConnection,
    setupConnection,
    consent,
    proveConnection,
    checkConnection,
    testUrl,
    connectionHistory,
    replaceCredential,
    issuedUrls,
    unlinkConnection,
    removeConnection,
  ]);
  group('source', 'containers and prefixes that are synced', [
    addSource,
    listSources,
    editSource,
    readInventory,
    recheckSource,
  ]);
  group('feed', 'feeds that report changes between syncs', [addFeed, listFeeds, removeFeed]);
  sync(program, io);
  registerList(program, io);
  probe(program, io);
  group('asset', 'what is in the catalogue', [
    listAssets,
    showAsset,
    assetUrl,
    exportAssets,
    tagAssets,
    changeMetadata,
  ]);
  group('link', 'links that open assets without signing in', [createLink, listLinks, revokeLink]);
  group('dataset', 'named, versioned selections of assets', [
    createDataset,
    listDatasets,
    showDataset,
    editDataset,
    createVersion,
    listVersions,
    listDatasetMembers,
    showDifference,
    removeDataset,
  ]);
  group('connector', 'projects of other tools that assets are pushed to', [
    addConnector,
    listConnectors,
    showConnector,
    editConnector,
    pushConnector,
    removeConnector,
  ]);
  group('profile', 'rules that assets must meet', [listProfiles, showProfile, putProfile, removeProfile]);
  group('folder', 'the tree that assets are in', [listFolders, describeFolder]);
  group('operation', 'long-running work', [
    listOperations,
    showOperation,
    watchOperation,
    cancelOperation,
    pauseOperation,
    resumeOperation,
    retryOperation,
  ]);
  group('webhook', 'receivers of events', [
    addWebhook,
    listWebhooks,
    testWebhook,
    listDeliveries,
    removeWebhook,
  ]);
  group('member', 'the people of the workspace', [
    listMembers,
    inviteMember,
    changeRole,
    memberSignInLink,
    removeMember,
  ]);
  group('token', 'API tokens', [createToken, listTokens, revokeToken]);
  group('ssh-key', 'keys by which clients of other platforms know you', [
    addSshKey,
    listSshKeys,
    removeSshKey,
  ]);
  group('session', 'sessions of browsers, and links that open without a token', [
    listSessions,
    listSessionLinks,
    endSession,
  ]);
  group('audit', 'who did, signed and read what', [
    listAudit,
    exportAudit,
    verifyAuditCommand,
    showAudit,
    editAudit,
  ]);
  group('workspace', 'the limit of assets', [showWorkspace, editWorkspace]);
  mcp(program, io, version);
  program.commandsGroup('Run:');
  for (const register of [
    serve,
    worker,
    signInLink,
    migrate,
    config,
    exportInstallation,
    importInstallation,
  ]) {
    register(program, io);
  }
  group('keys', 'the key that seals credentials', [rotateKeys]);
  completion(program);
  return program;
}
