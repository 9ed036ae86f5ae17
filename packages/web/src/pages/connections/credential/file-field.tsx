import { FileKey } from 'lucide-react';
import { type ReactNode, useId, useRef } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { joinFiles } from './join-files.ts';

/** A text of several lines: pasted, chosen, or dropped onto the field; as one file or several. */
export function FileField({
  value,
  placeholder,
  accept,
  onChange,
  ...field
}: {
  label: string;
  hint: ReactNode;
  error: ReactNode;
  optional: boolean;
  value: string;
  placeholder: string | undefined;
  /** Kinds of files, as inputs have them. */
  accept: string;
  onChange: (text: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const inputId = useId();
  const take = async (files: FileList | null) => {
    if (files && files.length > 0) onChange(await joinFiles(files));
  };
  return (
    <div className="grid gap-2">
      <Field {...field}>
        {props => (
          <textarea
            {...props}
            value={value}
            rows={5}
            spellCheck={false}
            autoComplete="off"
            placeholder={placeholder}
            onChange={event => onChange(event.target.value)}
            onDrop={event => {
              if (event.dataTransfer.files.length === 0) return;
              event.preventDefault();
              void take(event.dataTransfer.files);
            }}
            className="w-full rounded-md border border-edge bg-raised px-2.5 py-2 font-mono text-xs text-ink placeholder:text-muted/80 focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-bad max-sm:text-[16px]"
          />
        )}
      </Field>
      <label htmlFor={inputId} className="sr-only">
        Files to read it from
      </label>
      <input
        ref={input}
        id={inputId}
        type="file"
        multiple
        accept={accept}
        tabIndex={-1}
        className="sr-only"
        onChange={event => void take(event.target.files)}
      />
      <Button className="justify-self-start" onClick={() => input.current?.click()}>
        <FileKey aria-hidden />
        Choose files
      </Button>
    </div>
  );
}
