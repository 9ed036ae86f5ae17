import type { Asset } from '@mooring/contract';
import { Download, Layers, Tag, X } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { useMay } from '@/app/use-may.ts';
import { CopyButton } from '@/components/copy.tsx';
import { Button } from '@/components/ui/button.tsx';
import { downloadAssets } from '@/delivery/download.ts';
import { formatBytes, formatUnits } from '@/format/numbers.ts';
import { stableLink } from '@/pages/asset/stable-link.ts';
import { AddToDatasetDialog } from '@/pages/datasets/add-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';

/** What can be done with the selected assets. */
export function SelectionBar({
  selection,
  all,
  onSelectAll,
  onClear,
}: {
  selection: ReadonlyMap<string, Asset>;
  /** The list that they were chosen from, if more match than are chosen. */
  all: ComponentProps<typeof EditDialog>['all'];
  /** Null where all are selected. */
  onSelectAll: (() => void) | null;
  onClear: () => void;
}) {
  const [isEditing, setEditing] = useState(false);
  const [isCollecting, setCollecting] = useState(false);
  const mayTag = useMay('assets.tag');
  const mayCollect = useMay('datasets.change');
  if (selection.size === 0) return null;
  const assets = [...selection.values()];
  const sizeBytes = assets.reduce((sum, asset) => sum + asset.sizeBytes, 0);
  return (
    <section
      aria-label="Selection"
      className="absolute bottom-4 left-1/2 z-10 flex w-max max-w-[calc(100%-1.5rem)] -translate-x-1/2 flex-wrap items-center justify-end gap-1 rounded-lg border bg-raised py-1 pr-1 pl-4 shadow-float"
    >
      <span role="status" className="mr-2 text-sm whitespace-nowrap">
        <span className="font-medium">{formatUnits(selection.size, 'asset')}</span>
        <span className="text-muted max-sm:hidden"> · {formatBytes(sizeBytes)}</span>
      </span>
      {onSelectAll && (
        <Button variant="ghost" onClick={onSelectAll}>
          Select all
        </Button>
      )}
      {mayTag && (
        <Button
          variant="ghost"
          size="icon"
          aria-label="Tags and metadata"
          title="Tags and metadata"
          onClick={() => setEditing(true)}
        >
          <Tag aria-hidden />
        </Button>
      )}
      {mayCollect && (
        <Button
          variant="ghost"
          size="icon"
          aria-label="Add to a dataset"
          title="Add to a dataset"
          onClick={() => setCollecting(true)}
        >
          <Layers aria-hidden />
        </Button>
      )}
      <AddToDatasetDialog
        open={isCollecting}
        onOpenChange={setCollecting}
        assets={assets}
        all={all}
        onDone={onClear}
      />
      <EditDialog open={isEditing} onOpenChange={setEditing} assets={assets} all={all} onDone={onClear} />
      <Button
        variant="ghost"
        size="icon"
        aria-label="Download as a ZIP file"
        title="Download as a ZIP file"
        onClick={() => void downloadAssets(assets)}
      >
        <Download aria-hidden />
      </Button>
      <CopyButton text={assets.map(({ id }) => stableLink(id)).join('\n')} what="stable links" size="md">
        Links
      </CopyButton>
      <CopyButton text={assets.map(({ key }) => key).join('\n')} what="keys" size="md">
        Keys
      </CopyButton>
      <Button variant="ghost" size="icon" aria-label="Clear the selection" onClick={onClear}>
        <X aria-hidden />
      </Button>
    </section>
  );
}
