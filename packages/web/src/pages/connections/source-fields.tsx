import type { Connection } from '@mooring/contract';
import { ChevronRight } from 'lucide-react';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { PrefixPicker } from './prefix-picker.tsx';
import type { SourceDraft } from './source-draft.ts';
import { SourceEstimate } from './source-estimate.tsx';

interface Props {
  connection: Connection;
  value: SourceDraft;
  onChange: (value: SourceDraft) => void;
}

/** What part of a container to sync, which of its keys, and into which folder. */
export function SourceFields({ connection, value, onChange }: Props) {
  const { container, prefix: root } = connection.location;
  const prefix = value.prefix ?? root;
  const isOutside = !prefix.startsWith(root);
  return (
    <>
      <Field
        label="Prefix"
        optional
        hint={
          prefix === ''
            ? `Empty: everything in ${container}.`
            : prefix.endsWith('/')
              ? `Everything in the folder ${prefix}`
              : `Everything whose key begins with “${prefix}”, such as “${prefix}1.jpg” and “${prefix}/1.jpg”. End it with “/” for one folder.`
        }
        error={isOutside && `This connection reads only keys that begin with “${root}”.`}
      >
        {props => (
          <Input
            {...props}
            value={prefix}
            maxLength={1024}
            placeholder="raw/2026/"
            onChange={event => onChange({ ...value, prefix: event.target.value })}
          />
        )}
      </Field>
      <PrefixPicker
        connection={connection}
        prefix={isOutside ? root : prefix}
        onChange={chosen => onChange({ ...value, prefix: chosen })}
      />
      <FilterFields value={value} onChange={onChange} />
      {!isOutside && <SourceEstimate connection={connection} prefix={prefix} value={value} />}
      <Field label="Folder" optional hint="The top folder in Mooring for its assets.">
        {props => (
          <Input
            {...props}
            value={value.folderName}
            maxLength={200}
            placeholder={`${container}${prefix && ` ${prefix}`}`}
            onChange={event => onChange({ ...value, folderName: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

const FILTERS = [
  { name: 'include', label: 'Only these', hint: 'Empty: everything.', placeholder: '**/*.{jpg,png}' },
  { name: 'exclude', label: 'Not these', hint: 'Even where included.', placeholder: '**/thumbnails/**' },
] as const;

export function FilterFields({ value, onChange }: Pick<Props, 'value' | 'onChange'>) {
  const isUsed = value.include.trim() !== '' || value.exclude.trim() !== '';
  return (
    <details className="group" open={isUsed || undefined}>
      <summary className="flex items-center gap-1 text-sm text-muted hover:text-ink">
        <ChevronRight aria-hidden className="size-4 group-open:rotate-90" />
        Filters: only some of it
      </summary>
      <div className="grid gap-4 pt-3 sm:grid-cols-2">
        {FILTERS.map(({ name, label, hint, placeholder }) => (
          <Field key={name} label={label} optional hint={hint}>
            {props => (
              <textarea
                {...props}
                value={value[name]}
                rows={3}
                spellCheck={false}
                autoComplete="off"
                placeholder={placeholder}
                onChange={event => onChange({ ...value, [name]: event.target.value })}
                className="w-full rounded-md border border-edge bg-raised px-2.5 py-2 font-mono text-sm text-ink placeholder:text-muted/80 focus-visible:border-accent focus-visible:outline-offset-0 max-sm:text-[16px]"
              />
            )}
          </Field>
        ))}
        <p className="text-sm text-muted sm:col-span-2">
          One pattern a line, for the key after the prefix. <Code>*</Code> and <Code>?</Code> stay within a
          folder, <Code>**</Code> does not, <Code>{'{jpg,png}'}</Code> is either.
        </p>
      </div>
    </details>
  );
}

const Code = ({ children }: { children: string }) => (
  <code className="rounded-sm bg-sunken px-1 font-mono text-[0.93em]">{children}</code>
);
