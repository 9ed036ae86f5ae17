import { z } from 'zod';

/** What a person or a token is in a workspace. Each role includes the ones before it. */
export const ROLES = ['viewer', 'annotator', 'editor', 'administrator'] as const;
export const role = z.enum(ROLES).meta({
  id: 'Role',
  description: 'What a person or a token may do; each role includes the ones before it',
});
export type Role = z.infer<typeof role>;

/** What a role is for, in a sentence. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: 'finds and opens assets, and changes nothing',
  annotator: 'works on assets, and sees no settings of the storage',
  editor: 'also brings assets in: sources, syncs and checks',
  administrator: 'also manages connections, people and tokens',
};

interface ActionFacts {
  /** The least role that may do it. */
  role: Role;
  /** Whether it changes anything: a token that only reads may not do it. */
  changes: boolean;
  /** What it is, as pages and documents say it. */
  what: string;
}

const looks = (role: Role, what: string): ActionFacts => ({ role, changes: false, what });
const changes = (role: Role, what: string): ActionFacts => ({ role, changes: true, what });

/**
 * Everything that can be done, with the least role that may. The server goes by this table, pages show what it allows,
 * and docs/guides/people.md is checked against it.
 */
export const ACTIONS = {
  'self.see': looks('viewer', 'See who they are, and sign out'),
  'self.change': changes(
    'viewer',
    'Change their name; make and revoke personal tokens and SSH keys; end their sessions',
  ),
  'assets.see': looks('viewer', 'Find and open assets; see folders, sources and profiles'),
  'connections.see': looks('viewer', 'See names of connections, and whether they work'),
  'assets.probe': changes('annotator', 'Have an asset read again'),
  'assets.tag': changes('annotator', 'Put tags on up to 1,000 assets at a time, and take them off'),
  'connections.read': looks(
    'editor',
    'See settings of connections without secrets, their checks and history',
  ),
  'operations.see': looks('editor', 'See operations and their errors'),
  'operations.control': changes('editor', 'Pause, resume and cancel operations'),
  'connections.check': changes('editor', 'Check connections, browse containers and test objects'),
  'sources.change': changes('editor', 'Add, change, sync and probe sources'),
  'profiles.change': changes('editor', 'Add, change and remove profiles'),
  'assets.describe': changes(
    'editor',
    'Change client metadata, descriptions of folders, and tags of all assets that match a filter',
  ),
  'assets.report': changes('editor', 'Report what assets are, for connections that only clients read'),
  'links.see': looks('editor', 'See links that open assets without signing in'),
  'links.change': changes('editor', 'Make and revoke links that open assets without signing in'),
  'datasets.change': changes('editor', 'Make, change and remove datasets and their versions'),
  'connectors.see': looks('editor', 'See connectors to other tools'),
  'connectors.change': changes(
    'editor',
    'Make, change and remove connectors, and push assets to other tools',
  ),
  'connections.change': changes(
    'administrator',
    'Add, change, unlink and remove connections, their credentials, feeds and sources; share set-up pages',
  ),
  'people.see': looks('administrator', 'See members, invitations, sessions, links and tokens'),
  'people.change': changes(
    'administrator',
    'Invite and remove members, change roles, make sign-in links, end sessions',
  ),
  'tokens.change': changes('administrator', 'Make and revoke tokens'),
  'webhooks.see': looks('administrator', 'See webhooks and what they sent'),
  'webhooks.change': changes('administrator', 'Add, test and remove webhooks'),
  'audit.see': looks('administrator', 'Read the audit'),
  'audit.change': changes('administrator', 'Choose what the audit records'),
  'workspace.change': changes(
    'administrator',
    'Change the limit of assets, and how long URLs of service tokens may work',
  ),
} as const satisfies Record<string, ActionFacts>;
export type Action = keyof typeof ACTIONS;

/** Whether a role is the needed one, or includes it. */
export const includesRole = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** The lesser of two roles. */
export const lesserRole = (a: Role, b: Role): Role => (includesRole(a, b) ? b : a);

/** Whether a caller may do something. */
export const may = ({ role, readOnly }: { role: Role; readOnly: boolean }, action: Action): boolean =>
  includesRole(role, ACTIONS[action].role) && !(readOnly && ACTIONS[action].changes);
