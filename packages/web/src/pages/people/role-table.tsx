import { ACTIONS, includesRole, ROLES } from '@mooring/contract';
import { Check } from 'lucide-react';
import { Section } from '@/components/page.tsx';
import { Table, Td, Th } from '@/components/ui/table.tsx';
import { roleName } from './words.ts';

/** What each role may do: the table that the server goes by. */
export const RoleTable = () => (
  <Section title="What each role may do">
    <Table label="What each role may do">
      <thead>
        <tr>
          <Th className="sticky left-0 bg-page">Action</Th>
          {ROLES.map(role => (
            <Th key={role} className="text-center">
              {roleName(role)}
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Object.entries(ACTIONS).map(([action, { role: needed, what }]) => (
          <tr key={action}>
            <Td className="sticky left-0 max-w-96 min-w-44 bg-page text-sm">{what}</Td>
            {ROLES.map(role => (
              <Td key={role} className="relative text-center text-sm">
                {includesRole(role, needed) ? (
                  <>
                    <Check aria-hidden className="mx-auto size-4 text-good" />
                    <span className="sr-only">yes</span>
                  </>
                ) : (
                  <span className="sr-only">no</span>
                )}
              </Td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  </Section>
);
