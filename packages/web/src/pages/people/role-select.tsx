import { includesRole, ROLES, type Role } from '@mooring/contract';
import type { ComponentProps } from 'react';
import { Select } from '@/components/ui/input.tsx';
import { roleName } from './words.ts';

/**
 * A choice of roles.
 * @param most the highest that is offered
 */
export function RoleSelect({
  value,
  onChange,
  most = 'administrator',
  ...props
}: Omit<ComponentProps<'select'>, 'value' | 'onChange'> & {
  value: Role;
  onChange: (role: Role) => void;
  most?: Role | undefined;
}) {
  return (
    <Select {...props} value={value} onChange={event => onChange(event.target.value as Role)}>
      {ROLES.filter(role => includesRole(most, role)).map(role => (
        <option key={role} value={role}>
          {roleName(role)}
        </option>
      ))}
    </Select>
  );
}
