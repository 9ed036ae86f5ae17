import { includesRole, type Role, type SignInRefusal } from '@mooring/contract';
import { type OidcSettings, readRolePair } from '../../platform/config-oidc.ts';
import type { Claims } from './provider.ts';

/** What the operator's settings make of a person. */
export interface Admitted {
  email: string;
  /** The role that the groups give; null: roles are given in Mooring. */
  groupRole: Role | null;
  /** The role of a person who comes for the first time and is not invited; null: they are refused. */
  newRole: Role | null;
}

/** What the settings say of a person whom the provider knows: who they are in Mooring, or why they do not get in. */
export function admit(
  { email, isEmailVerified, groups }: Pick<Claims, 'email' | 'isEmailVerified' | 'groups'>,
  settings: Pick<OidcSettings, 'oidcRoles' | 'oidcDefaultRole' | 'oidcDomains' | 'oidcTrustEmail'>,
): Admitted | SignInRefusal {
  const { oidcRoles, oidcDefaultRole, oidcDomains, oidcTrustEmail } = settings;
  if (email === null || !(isEmailVerified || oidcTrustEmail)) return 'email';
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  if (oidcDomains.length > 0 && !oidcDomains.includes(domain)) return 'domain';
  if (oidcRoles.length === 0) return { email, groupRole: null, newRole: oidcDefaultRole };
  if (groups === null) return 'many-groups';
  const roles = oidcRoles.flatMap(pair => {
    const { value, role } = readRolePair(pair)!;
    return groups.includes(value) ? [role] : [];
  });
  const groupRole = highest(roles) ?? oidcDefaultRole;
  return groupRole === null ? 'group' : { email, groupRole, newRole: groupRole };
}

const highest = (roles: readonly Role[]): Role | null =>
  roles.reduce<Role | null>((most, role) => (most !== null && includesRole(most, role) ? most : role), null);
