import type { Asset } from '@mooring/contract';
import { openCsv } from './open-csv.ts';
import { TableViewer } from './table-viewer.tsx';

export default function CsvViewer({ asset }: { asset: Asset }) {
  return <TableViewer asset={asset} open={openCsv} />;
}
