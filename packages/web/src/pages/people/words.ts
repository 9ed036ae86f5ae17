import { ROLE_WORDS, type Role } from '@mooring/contract';

/** A role as a word that begins a text. */
export const roleName = (role: Role): string => role[0]!.toUpperCase() + role.slice(1);

/** What a role is for, as a sentence below its choice. */
export const roleHint = (role: Role): string => `This role ${ROLE_WORDS[role]}.`;

/** Opens the mail program of this computer with a text that holds the link. */
export const inviteMail = (email: string, workspace: string, url: string): string =>
  `mailto:${encodeURIComponent(email)}?subject=${encodeURIComponent(`Join “${workspace}” in Mooring`)}&body=${encodeURIComponent(
    `Open this link to join “${workspace}” in Mooring. It works once:\n\n${url}\n`,
  )}`;
