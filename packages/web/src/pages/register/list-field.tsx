import { FileUp, X } from 'lucide-react';
import { type DragEvent, useId, useRef, useState } from 'react';
import { FullName } from '@/components/name.tsx';
import { Button } from '@/components/ui/button.tsx';
import { cn } from '@/components/ui/cn.ts';
import { Field } from '@/components/ui/field.tsx';
import { formatBytes } from '@/format/numbers.ts';
import { type List, listOf, listOfText, MOST_SHOWN_CHARS } from './list.ts';

/** Takes a list: dropped, chosen, or pasted. */
export function ListField({ list, onList }: { list: List | null; onList: (list: List | null) => void }) {
  const [text, setText] = useState('');
  const [isOver, setOver] = useState(false);
  const takeFile = (file: File | undefined) => {
    if (!file) return;
    setText('');
    onList(listOf(file, file.name));
  };
  const takeText = (next: string) => {
    setText(next);
    onList(listOfText(next));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    takeFile(event.dataTransfer.files[0]);
  };
  return (
    <fieldset
      aria-label="The list"
      className={cn(
        'grid min-w-0 gap-4 rounded-lg border border-dashed border-edge p-5 max-sm:p-4',
        isOver && 'border-accent bg-accent-soft',
      )}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {list && text === '' ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="min-w-0">
            <FullName text={list.name} className="font-medium" />
            <span className="text-muted"> · {formatBytes(list.bytes.size)}</span>
          </p>
          <Button onClick={() => onList(null)}>
            <X aria-hidden />
            Take another list
          </Button>
        </div>
      ) : (
        <>
          <FileChoice onFile={takeFile} />
          <Field label="Or paste the list">
            {props => (
              <textarea
                {...props}
                value={text}
                rows={4}
                spellCheck={false}
                autoComplete="off"
                placeholder="https://data.example.com/street/0001.jpg"
                onChange={event => takeText(event.target.value)}
                onPaste={event => {
                  const pasted = event.clipboardData.getData('text');
                  if (pasted.length <= MOST_SHOWN_CHARS) return;
                  event.preventDefault();
                  setText('');
                  onList(listOfText(pasted));
                }}
                className="w-full rounded-md border border-edge bg-raised px-2.5 py-2 font-mono text-xs text-ink placeholder:text-muted/80 focus-visible:border-accent focus-visible:outline-offset-0 max-sm:text-[16px]"
              />
            )}
          </Field>
        </>
      )}
    </fieldset>
  );
}

function FileChoice({ onFile }: { onFile: (file: File | undefined) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    <div className="grid justify-items-center gap-2 py-3 text-center">
      <FileUp aria-hidden className="size-6 text-accent" />
      <p className="font-medium">Drop a list here</p>
      <p className="max-w-prose text-sm text-muted">
        JSON, JSON lines, CSV, Parquet, or one URL a line; also a file that was made for Encord, V7, CVAT or
        Label Studio; plain or compressed with gzip.
      </p>
      <label htmlFor={id} className="sr-only">
        The file with the list
      </label>
      <input
        ref={input}
        id={id}
        type="file"
        tabIndex={-1}
        className="sr-only"
        onChange={event => {
          onFile(event.target.files?.[0]);
          event.target.value = ''; // so that the same file can be chosen again
        }}
      />
      <Button variant="primary" onClick={() => input.current?.click()}>
        Choose a file
      </Button>
    </div>
  );
}
