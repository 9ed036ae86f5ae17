import type { Asset } from '@mooring/contract';
import { openParquet } from './open-parquet.ts';
import { TableViewer } from './table-viewer.tsx';

export default function ParquetViewer({ asset }: { asset: Asset }) {
  return <TableViewer asset={asset} open={openParquet} />;
}
