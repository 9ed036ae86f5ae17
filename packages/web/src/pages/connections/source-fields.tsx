import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';

export interface SourceDraft {
  prefix: string;
  folderName: string;
}

/** What part of a container to sync, and into which folder. */
export function SourceFields({
  container,
  value,
  onChange,
}: {
  container: string;
  value: SourceDraft;
  onChange: (value: SourceDraft) => void;
}) {
  const { prefix, folderName } = value;
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
      <Field label="Folder" optional hint="The top folder in Mooring that its assets appear in.">
        {props => (
          <Input
            {...props}
            value={folderName}
            maxLength={200}
            placeholder={`${container}${prefix && ` ${prefix}`}`}
            onChange={event => onChange({ ...value, folderName: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
