import { Field } from '@/components/ui/field.tsx';
import { Select } from '@/components/ui/input.tsx';

/** Asks how many days something works, from a list of numbers and their words. */
export const LifeField = ({
  label,
  lives,
  days,
  onChange,
}: {
  label: string;
  lives: readonly (readonly [days: number, words: string])[];
  days: number;
  onChange: (days: number) => void;
}) => (
  <Field label={label}>
    {props => (
      <Select {...props} value={days} onChange={event => onChange(Number(event.target.value))}>
        {lives.map(([count, words]) => (
          <option key={count} value={count}>
            {words}
          </option>
        ))}
      </Select>
    )}
  </Field>
);
