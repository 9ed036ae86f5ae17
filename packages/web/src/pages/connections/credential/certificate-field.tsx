import { FileKey } from 'lucide-react';
import { useId, useRef } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { FIELD_PROBLEMS } from './draft.ts';
import { readPemFiles } from './pem.ts';
import type { CredentialFieldsProps } from './text-field.tsx';

/** A certificate with its private key: pasted, chosen, or dropped onto the field; as one file or two. */
export function CertificateField({
  value: { certificatePem },
  change,
  stored,
}: CredentialFieldsProps & {
  /** What is said where one is stored already. */
  stored: string | null;
}) {
  const input = useRef<HTMLInputElement>(null);
  const inputId = useId();
  const take = async (files: FileList | null) => {
    if (files && files.length > 0) change({ certificatePem: await readPemFiles(files) });
  };
  const problem = FIELD_PROBLEMS.certificatePem(certificatePem);
  const isWhole = certificatePem.trim() !== '' && problem === null;
  return (
    <div className="grid gap-2">
      <Field
        label="Certificate and private key"
        hint={
          isWhole
            ? 'It holds a certificate and a private key. It is stored encrypted and never shown again.'
            : (stored ??
              'PEM: paste it, drop the files here, or choose them. It is stored encrypted and never shown again.')
        }
        error={problem}
      >
        {props => (
          <textarea
            {...props}
            value={certificatePem}
            rows={5}
            spellCheck={false}
            autoComplete="off"
            placeholder="-----BEGIN CERTIFICATE-----"
            onChange={event => change({ certificatePem: event.target.value })}
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
        Files of the certificate and the key
      </label>
      <input
        ref={input}
        id={inputId}
        type="file"
        multiple
        accept=".pem,.crt,.cer,.key,.txt"
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
