import type { AuditAction, AuditEntry } from '@mooring/contract';

export const ACTION_WORDS: Record<AuditAction, string> = {
  'member.joined': 'Became a member',
  'member.updated': 'Changed a member',
  'member.removed': 'Removed a member',
  'invitation.created': 'Invited a person',
  'invitation.revoked': 'Revoked an invitation',
  'session.begun': 'Signed in',
  'session.ended': 'Session ended',
  'sign_in_link.created': 'Sign-in link made',
  'sign_in_link.revoked': 'Sign-in link revoked',
  'setup_link.created': 'Setup link made',
  'setup_link.revoked': 'Setup link revoked',
  'assets.exported': 'Assets exported',
  'link.created': 'Link made',
  'link.revoked': 'Link revoked',
  'token.created': 'Token made',
  'token.revoked': 'Token revoked',
  'ssh_key.created': 'SSH key registered',
  'ssh_key.removed': 'SSH key removed',
  'connection.created': 'Connection added',
  'connection.updated': 'Connection changed',
  'connection.moved': 'Connection moved',
  'connection.credential_replaced': 'Credential replaced',
  'connection.unlinked': 'Connection unlinked',
  'connection.removed': 'Connection removed',
  'connection.object_tested': 'Object tested',
  'consent.begun': 'Consent begun',
  'ownership.proven': 'Ownership proven',
  'source.created': 'Source added',
  'source.updated': 'Source changed',
  'source.removed': 'Source removed',
  'registration.started': 'List registered',
  'assets.tagged': 'Assets tagged',
  'assets.described': 'Assets described',
  'folder.updated': 'Folder described',
  'dataset.created': 'Dataset made',
  'dataset.updated': 'Dataset changed',
  'dataset.removed': 'Dataset removed',
  'dataset.version_started': 'Version of a dataset begun',
  'feed.created': 'Feed added',
  'feed.removed': 'Feed removed',
  'webhook.created': 'Webhook made',
  'webhook.removed': 'Webhook removed',
  'workspace.updated': 'Workspace changed',
  'installation.exported': 'Installation exported',
  'installation.imported': 'Installation imported',
  'audit.updated': 'Audit changed',
  'audit.pruned': 'Old entries removed',
  'asset.signed': 'URL signed',
  'asset.relayed': 'Read through the relay',
  'asset.thumbnail': 'Thumbnail shown',
};

/** What an entry says was done; the code where this page does not know it. */
export const wordsOf = ({ action }: AuditEntry): string =>
  action in ACTION_WORDS ? ACTION_WORDS[action as AuditAction] : action;

const VIA_WORDS: Record<AuditEntry['caller']['via'], string> = {
  session: 'in the browser',
  token: 'with a token',
  link: 'with a link',
  relay: 'with a relay address',
  operator: 'on the server’s machine',
  server: 'by itself',
};

export const callerOf = ({ caller }: AuditEntry): { who: string; via: string } => ({
  who: caller.name ?? caller.id ?? (caller.via === 'operator' ? 'The operator' : 'Mooring'),
  via: VIA_WORDS[caller.via],
});
