import type { ColumnMapping } from '@mooring/manifest';
import { Section } from '@/components/page.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Select } from '@/components/ui/input.tsx';

const ROLES = [
  { role: 'address', label: 'URL or path', none: 'As the headings say' },
  { role: 'title', label: 'Title', none: 'None' },
  { role: 'kind', label: 'Kind of asset', none: 'By name and content' },
] as const;

/** Says which column of a table is what; null: its headings say it. */
export function ColumnFields({
  headings,
  columns,
  onColumns,
}: {
  headings: readonly string[];
  columns: ColumnMapping | null;
  onColumns: (columns: ColumnMapping | null) => void;
}) {
  const change = (role: keyof ColumnMapping, heading: string) => {
    const { [role]: _, ...others } = columns ?? { address: '' };
    const next = { ...others, ...(heading && { [role]: heading }) };
    onColumns('address' in next && next.address ? (next as ColumnMapping) : null);
  };
  return (
    <Section title="Columns" about="All other columns become client metadata of the assets.">
      <div className="grid gap-4 sm:grid-cols-3">
        {ROLES.map(({ role, label, none }) => (
          <Field key={role} label={label}>
            {props => (
              <Select
                {...props}
                value={columns?.[role] ?? ''}
                disabled={role !== 'address' && !columns}
                onChange={event => change(role, event.target.value)}
              >
                <option value="">{none}</option>
                {headings.map(heading => (
                  <option key={heading} value={heading}>
                    {heading}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ))}
      </div>
    </Section>
  );
}
