import type { Asset } from '@mooring/contract';
import { decodeText, textEncoding } from '@mooring/probe';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { readWhole } from '@/delivery/asset-source.ts';
import { toVisible } from '@/format/names.ts';
import { Opening, ViewerBar } from '../viewer-bar.tsx';
import { JsonTree } from './json-tree.tsx';
import TextViewer from './text-viewer.tsx';

/** What the browser parses at once, in about a second. */
const MOST_BYTES = 32 * 2 ** 20;

/** A JSON file as a tree. What is no valid JSON, or too much of it, is shown as text. */
export default function JsonViewer({ asset }: { asset: Asset }) {
  const [isText, setIsText] = useState(asset.sizeBytes > MOST_BYTES);
  const { data, error } = useQuery({
    queryKey: ['asset-json', asset.id, asset.etag],
    queryFn: async ({ signal }) => {
      const bytes = await readWhole(asset, MOST_BYTES, signal);
      return { value: JSON.parse(decodeText(bytes, textEncoding(bytes, true) ?? 'utf-8')) as unknown };
    },
    enabled: !isText,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (isText || error) return <TextViewer asset={asset} />;
  if (!data) return <Opening />;
  return (
    <div className="flex h-full flex-col">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={toVisible(asset.name)} className={SCROLLER}>
        <JsonTree value={data.value} isOpen />
      </section>
      <ViewerBar>
        <Button size="sm" onClick={() => setIsText(true)}>
          Show the text
        </Button>
      </ViewerBar>
    </div>
  );
}

const SCROLLER =
  'relative min-h-0 flex-1 overflow-auto p-5 font-mono text-sm leading-6 outline-offset-[-2px]';
