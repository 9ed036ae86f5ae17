import type { Asset } from '@mooring/contract';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '@/app/use-may.ts';
import { Fact } from '@/components/facts.tsx';
import { Button } from '@/components/ui/button.tsx';
import { EditDialog } from '@/pages/assets/edit-dialog.tsx';
import { TagChips } from '@/pages/assets/tag-chips.tsx';

const MOST_SHOWN = 100;

/** What people say of an asset: its tags and its client metadata. */
export function AssetLabels({ asset }: { asset: Asset }) {
  const [isOpen, setOpen] = useState(false);
  const mayTag = useMay('assets.tag');
  const metadata = Object.entries(asset.clientMetadata ?? {});
  return (
    <>
      <Fact
        name="Tags"
        action={
          mayTag && (
            <Button
              variant="ghost"
              size="icon-sm"
              aria-label="Edit tags and metadata"
              title="Edit tags and metadata"
              onClick={() => setOpen(true)}
            >
              <Pencil aria-hidden />
            </Button>
          )
        }
      >
        {asset.tags.length > 0 ? <TagChips tags={asset.tags} /> : <span className="text-muted">none</span>}
      </Fact>
      {metadata.length > 0 && (
        <Fact long name="Metadata">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
            {metadata.slice(0, MOST_SHOWN).map(([key, value]) => (
              <Entry key={key} name={key} value={value} />
            ))}
          </dl>
          {metadata.length > MOST_SHOWN && (
            <p className="text-sm text-muted">and {metadata.length - MOST_SHOWN} more</p>
          )}
        </Fact>
      )}
      <EditDialog open={isOpen} onOpenChange={setOpen} assets={[asset]} all={null} />
    </>
  );
}

const Entry = ({ name, value }: { name: string; value: unknown }) => (
  <>
    <dt className="max-w-40 break-words text-muted">{name}</dt>
    <dd className="max-h-32 min-w-0 overflow-y-auto break-words">
      {typeof value === 'string' ? value : JSON.stringify(value)}
    </dd>
  </>
);
