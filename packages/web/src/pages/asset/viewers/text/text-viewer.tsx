import type { Asset } from '@mooring/contract';
import { textEncoding } from '@mooring/probe';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { Select } from '@/components/ui/input.tsx';
import { assetSource } from '@/delivery/asset-source.ts';
import { toVisible } from '@/format/names.ts';
import { formatBytes } from '@/format/numbers.ts';
import { MediumError, Unshown } from '../../unshown.tsx';
import { Opening, ViewerBar } from '../viewer-bar.tsx';
import { ENCODINGS } from './encodings.ts';

/** Read first; asking for more reads four times as much. */
const FIRST_BYTES = 256 * 1024;
/** A page with more text than that scrolls badly. */
const MOST_BYTES = 16 * 2 ** 20;

/** The beginning of a text, as plain text: nothing in it is ever run or laid out. */
export default function TextViewer({ asset }: { asset: Asset }) {
  const [wantedBytes, setWantedBytes] = useState(FIRST_BYTES);
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['asset-text', asset.id, asset.etag, wantedBytes],
    // A range of nothing cannot be asked for. What is stored compressed has more bytes than its size says.
    queryFn: async ({ signal }) =>
      asset.sizeBytes === 0 ? new Uint8Array() : assetSource(asset).read(0, wantedBytes, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (error) return <MediumError asset={asset} error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Opening />;

  const found = textEncoding(data, data.length === asset.sizeBytes);
  if (found === null && chosen === null && data.includes(0)) {
    return (
      <Unshown asset={asset} canOpen>
        It is named as a text but holds other bytes.
      </Unshown>
    );
  }
  const encoding = chosen ?? found?.replace('-bom', '') ?? 'utf-8';
  // With `stream`, a character that is cut at the end waits for bytes that never come.
  const text = new TextDecoder(encoding).decode(data, { stream: true });
  const isPart = data.length === wantedBytes && data.length !== asset.sizeBytes;
  return (
    <div className="flex h-full flex-col">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: what scrolls must be reachable by keyboard, under a name */}
      <pre tabIndex={0} role="group" aria-label={toVisible(asset.name)} className={PRE}>
        {text || <span className="text-muted">The file is empty.</span>}
      </pre>
      <ViewerBar>
        <EncodingField encoding={encoding} onChosen={setChosen} />
        {found === null && chosen === null && (
          <span role="status" className="px-1 text-muted">
            The bytes do not tell the encoding. Choose one where characters look wrong.
          </span>
        )}
        {isPart && (
          <>
            <span role="status" className="px-1 text-muted sm:ml-auto">
              The first {formatBytes(data.length)}
              {asset.sizeBytes > data.length && ` of ${formatBytes(asset.sizeBytes)}`}
            </span>
            {data.length < MOST_BYTES && (
              <Button size="sm" onClick={() => setWantedBytes(Math.min(data.length * 4, MOST_BYTES))}>
                Show more
              </Button>
            )}
          </>
        )}
      </ViewerBar>
    </div>
  );
}

function EncodingField({ encoding, onChosen }: { encoding: string; onChosen: (label: string) => void }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>Encoding</label>
      <Select
        id={id}
        className="h-8 w-auto"
        value={encoding}
        onChange={({ target }) => onChosen(target.value)}
      >
        {ENCODINGS.map(([label, name]) => (
          <option key={label} value={label}>
            {name}
          </option>
        ))}
      </Select>
    </>
  );
}

const PRE =
  'relative min-h-0 flex-1 overflow-auto p-5 font-mono text-sm leading-5 whitespace-pre-wrap break-words outline-offset-[-2px]';
