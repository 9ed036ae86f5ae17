import { malformed } from '../../probe-error.ts';
import type { PdfDictionary } from './pdf-parser.ts';

const WIDEST_ROW = 4096;

/** Undoes the predictors of PNG (ISO 32000-2, 7.4.4.4), which cross-references are written with. */
export function unpredict(bytes: Uint8Array, parameters: PdfDictionary): Uint8Array {
  const predictor = parameters.get('Predictor') ?? 1;
  if (predictor === 1) return bytes;
  const columns = parameters.get('Columns') ?? 1;
  const isBytes = (parameters.get('Colors') ?? 1) === 1 && (parameters.get('BitsPerComponent') ?? 8) === 8;
  if (typeof predictor !== 'number' || predictor < 10 || !isBytes || typeof columns !== 'number')
    throw malformed('A PDF stream has a predictor that cross-references are not written with.');
  if (!Number.isInteger(columns) || columns < 1 || columns > WIDEST_ROW)
    throw malformed(`A PDF stream says that its rows have ${columns} bytes.`);
  const rows = Math.floor(bytes.length / (columns + 1));
  const all = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const filter = bytes[row * (columns + 1)]!;
    for (let i = 0; i < columns; i++) {
      const at = row * columns + i;
      const left = i > 0 ? all[at - 1]! : 0;
      const above = row > 0 ? all[at - columns]! : 0;
      const corner = i > 0 && row > 0 ? all[at - columns - 1]! : 0;
      all[at] = bytes[row * (columns + 1) + 1 + i]! + predicted(filter, left, above, corner);
    }
  }
  return all;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map(value =>
    Math.abs(left + above - corner - value),
  ) as [number, number, number];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
