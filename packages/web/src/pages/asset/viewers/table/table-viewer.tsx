import type { Asset } from '@mooring/contract';
import { useCallback } from 'react';
import { formatCount, formatUnits } from '@/format/numbers.ts';
import { MediumError } from '../../unshown.tsx';
import { useOpened } from '../use-opened.ts';
import { Opening, ViewerBar } from '../viewer-bar.tsx';
import type { Table } from './table.ts';
import { TableRows } from './table-rows.tsx';
import { useCells } from './use-cells.ts';

type OpenTable = (asset: Asset, signal: AbortSignal) => Promise<Table>;

/** A table, whose rows are read as they come into view. */
export function TableViewer({ asset, open }: { asset: Asset; open: OpenTable }) {
  const { opened, error, retry } = useOpened(
    useCallback((signal: AbortSignal) => open(asset, signal), [open, asset]),
  );
  if (error) return <MediumError asset={asset} error={error} onRetry={retry} />;
  return opened ? <Shown asset={asset} table={opened} onRetry={retry} /> : <Opening />;
}

function Shown({ asset, table, onRetry }: { asset: Asset; table: Table; onRetry: () => void }) {
  const { rows, rowAt, onView, error } = useCells(table);
  if (error) return <MediumError asset={asset} error={error} onRetry={onRetry} />;
  return (
    <div className="flex h-full flex-col">
      <TableRows name={asset.name} columns={table.columns} rows={rows} rowAt={rowAt} onView={onView} />
      <ViewerBar>
        <span role="status" className="px-1 text-muted">
          {table.rest === 'none' ? '' : 'First '}
          {formatUnits(rows, 'row')} ·{' '}
          {table.columns.length < table.allColumns && `first ${formatCount(table.columns.length)} of `}
          {formatUnits(table.allColumns, 'column')}
          {table.rest === 'more' && ' · more are read as you scroll'}
          {table.rest === 'too-many' && ' · a page holds no more; open the file to see all'}
        </span>
      </ViewerBar>
    </div>
  );
}
