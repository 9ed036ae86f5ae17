import { useQuery } from '@tanstack/react-query';
import { connectionsQuery } from '@/api/queries.ts';
import { Section } from '@/components/page.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { type Options, whatHappens } from './options.ts';

interface Props {
  options: Options;
  onOptions: (options: Options) => void;
}

/** Where the assets go, what counts as a mistake, and what happens then. */
export function OptionFields({ options, onOptions }: Props) {
  const { data: connections = [] } = useQuery(connectionsQuery);
  const { connectionId, ...others } = options;
  return (
    <Section title="Where and how">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Folder" hint="The top folder of the assets. It is made if there is none.">
          {props => (
            <Input
              {...props}
              required
              value={options.folder}
              maxLength={200}
              onChange={event => onOptions({ ...options, folder: event.target.value })}
            />
          )}
        </Field>
        <Field label="Connection" hint="It matters only if an item fits several connections, or none.">
          {props => (
            <Select
              {...props}
              value={connectionId ?? ''}
              onChange={({ target: { value } }) =>
                onOptions(value ? { ...others, connectionId: value } : others)
              }
            >
              <option value="">The one that each item names</option>
              {connections.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Flags options={options} onOptions={onOptions} />
      <div className="grid gap-1 text-sm">
        <h3 className="font-medium">What will happen</h3>
        <ol className="grid max-w-prose list-decimal gap-1 pl-5 text-muted">
          {whatHappens(options).map(sentence => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
      </div>
    </Section>
  );
}

const FLAGS = [
  { name: 'ignoreErrors', label: 'Register the rest if some items fail' },
  { name: 'skipDuplicateUrls', label: 'Leave assets as they are that the folder has already' },
  { name: 'upsertMetadata', label: 'Still write their client metadata' },
] as const;

const Flags = ({ options, onOptions }: Props) => (
  <div className="grid gap-2">
    {FLAGS.filter(({ name }) => name !== 'upsertMetadata' || options.skipDuplicateUrls).map(
      ({ name, label }) => (
        <label key={name} className="flex items-start gap-2.5">
          <input
            type="checkbox"
            checked={options[name]}
            onChange={event => onOptions({ ...options, [name]: event.target.checked })}
            className="mt-1 size-4 shrink-0 accent-accent"
          />
          {label}
        </label>
      ),
    )}
  </div>
);
