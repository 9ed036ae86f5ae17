import { expect, it } from 'vitest';
import { admit } from './rules.ts';

const NONE = { oidcRoles: [], oidcDefaultRole: null, oidcDomains: [], oidcTrustEmail: false };
const ada = { email: 'Ada@Example.org', isEmailVerified: true, groups: ['readers', 'ml'] };

it.each([
  ['no address', { email: null }, {}, 'email'],
  ['an address that is not verified', { isEmailVerified: false }, {}, 'email'],
  ['one whose provider is trusted', { isEmailVerified: false }, { oidcTrustEmail: true }, null],
  ['a domain that may', {}, { oidcDomains: ['example.org'] }, null],
  ['a domain that may not', {}, { oidcDomains: ['example.com', 'org'] }, 'domain'],
  ['an address that ends alike', { email: 'a@example.org.evil' }, { oidcDomains: ['example.org'] }, 'domain'],
  [
    'groups that are left out',
    { groups: null },
    { oidcRoles: ['ML=editor'], oidcDefaultRole: 'viewer' },
    'many-groups',
  ],
  ['groups that are left out, where they give no roles', { groups: null }, {}, null],
  ['no group with a role', {}, { oidcRoles: ['reader=viewer', 'ML=editor'] }, 'group'],
] as const)('%s', (_, person, settings, why) => {
  const admitted = admit({ ...ada, ...person }, { ...NONE, ...settings });
  if (why === null) expect(admitted).toMatchObject({ email: ada.email });
  else expect(admitted).toBe(why);
});

it('leaves roles to Mooring where no groups are set', () => {
  expect(admit(ada, NONE)).toEqual({ email: ada.email, groupRole: null, newRole: null });
  const open = { ...NONE, oidcDefaultRole: 'viewer' as const };
  expect(admit(ada, open)).toMatchObject({ groupRole: null, newRole: 'viewer' });
});

it('gives the highest role of the groups, else the default one', () => {
  const roles = { ...NONE, oidcRoles: ['ml=editor', 'readers=viewer', 'admins=administrator'] };
  expect(admit(ada, roles)).toMatchObject({ groupRole: 'editor', newRole: 'editor' });
  const open = { ...roles, oidcDefaultRole: 'viewer' as const };
  expect(admit({ ...ada, groups: [] }, open)).toMatchObject({ groupRole: 'viewer', newRole: 'viewer' });
});
