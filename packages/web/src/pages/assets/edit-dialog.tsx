import type { Asset } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { operationsQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { formatUnits } from '@/format/numbers.ts';
import { type Change, editByIds, editWords, isEmpty, tagsIn, tagsOf, valueIn } from './edit-change.ts';
import { type AssetSelection, toFilter } from './search.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  assets: readonly Asset[];
  /** The list that they were chosen from, if more match than are chosen. */
  all: { selection: AssetSelection; total: number } | null;
  onDone?: () => void;
}

/** Changes tags and client metadata of chosen assets, or of all that match. */
export function EditDialog({ open, onOpenChange, ...props }: Props) {
  const title =
    props.assets.length === 1
      ? 'Tags and metadata'
      : `Tags and metadata of ${formatUnits(props.assets.length, 'asset')}`;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description="They stay when the storage changes. No sync touches them."
    >
      <Form {...props} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Form({
  assets,
  all,
  onDone,
  onClose,
}: Omit<Props, 'open' | 'onOpenChange'> & { onClose: () => void }) {
  const [added, setAdded] = useState('');
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const [ofAll, setOfAll] = useState(false);
  const describes = useMay('assets.describe');
  const queryClient = useQueryClient();
  const change: Change = {
    tags: { add: tagsIn(added), remove: [...removed] },
    metadata: key.trim() === '' ? {} : { [key.trim()]: value === '' ? null : valueIn(value) },
  };
  const edit = useMutation({
    mutationFn: () => send(assets, ofAll && all ? all.selection : null, change),
    onSuccess: async words => {
      toast(words);
      onClose();
      onDone?.();
      const keys = [['assets'], ['asset'], ...(ofAll ? [operationsQuery.queryKey] : [])];
      await Promise.all(keys.map(queryKey => queryClient.invalidateQueries({ queryKey })));
    },
  });
  const toggle = (tag: string) =>
    setRemoved(before => (before.includes(tag) ? before.filter(other => other !== tag) : [...before, tag]));
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        edit.mutate();
      }}
    >
      <Field label="Add tags" hint="With commas between them.">
        {props => (
          <Input
            {...props}
            placeholder="night, checked"
            value={added}
            onChange={event => setAdded(event.target.value)}
          />
        )}
      </Field>
      <TagsToRemove tags={tagsOf(assets)} removed={removed} onToggle={toggle} />
      {describes && (
        <fieldset className="grid grid-cols-2 items-start gap-2">
          <legend className="sr-only">Client metadata</legend>
          <Field label="Metadata key" optional>
            {props => (
              <Input
                {...props}
                placeholder="patient"
                value={key}
                onChange={event => setKey(event.target.value)}
              />
            )}
          </Field>
          <Field label="Value" hint="Empty: the key is removed.">
            {props => (
              <Input
                {...props}
                placeholder="p-0042"
                value={value}
                onChange={event => setValue(event.target.value)}
              />
            )}
          </Field>
        </fieldset>
      )}
      {describes && all && (
        <label className="flex items-center gap-2 text-sm max-sm:min-h-10">
          <input type="checkbox" checked={ofAll} onChange={event => setOfAll(event.target.checked)} />
          All {formatUnits(all.total, 'asset')} that match, not only those selected
        </label>
      )}
      {edit.error && <ProblemView error={edit.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button type="submit" variant="primary" disabled={isEmpty(change) || edit.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}

/** Does it, and says what was done. */
async function send(
  assets: readonly Asset[],
  selection: AssetSelection | null,
  change: Change,
): Promise<string> {
  if (!selection) {
    const ids = assets.map(({ id }) => id);
    return editWords(await editByIds(ids, change), ids.length);
  }
  const { tags, metadata } = change;
  const hasTags = tags.add.length + tags.remove.length > 0;
  await client.call('editAssets', {
    body: {
      filter: toFilter(selection),
      ...(hasTags && { tags }),
      ...(Object.keys(metadata).length > 0 && { metadata }),
    },
  });
  return 'The edit has begun. Operations shows how far it is.';
}

function TagsToRemove({
  tags,
  removed,
  onToggle,
}: {
  tags: readonly string[];
  removed: readonly string[];
  onToggle: (tag: string) => void;
}) {
  if (tags.length === 0) return null;
  return (
    <fieldset className="grid gap-1.5">
      <legend className="pb-1 text-sm font-medium">Take tags off</legend>
      <div className="flex max-h-40 flex-wrap gap-1.5 overflow-y-auto">
        {tags.map(tag => (
          <Button
            key={tag}
            size="sm"
            aria-pressed={removed.includes(tag)}
            className="max-w-full aria-pressed:border-accent aria-pressed:line-through"
            onClick={() => onToggle(tag)}
          >
            <span className="truncate">{tag}</span>
            <X aria-hidden />
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
