import {
  type ManifestAddress,
  type ManifestItem,
  type ManifestPlace,
  type ManifestPreview,
  type ManifestProblem,
  shownUrl,
} from '@mooring/manifest';
import { CircleAlert } from 'lucide-react';
import { KINDS } from '@/components/kind.tsx';
import { FullName } from '@/components/name.tsx';
import { Section } from '@/components/page.tsx';
import { Table, Td, Th } from '@/components/ui/table.tsx';
import { formatUnits } from '@/format/numbers.ts';
import { FORMAT_WORDS } from '@/pages/operations/manifest-formats.ts';

/** The first items of a list as Mooring reads them, and what is wrong with some of them. */
export function ListPreview({ preview }: { preview: ManifestPreview }) {
  const { format, items, problems, warnings, isWhole } = preview;
  const saysMore = items.some(item => saidOf(item) !== '');
  const count = items.length + problems.length;
  const all = isWhole
    ? `all of it: ${formatUnits(count, 'item')}`
    : `its first ${formatUnits(count, 'item')}`;
  return (
    <Section title="How Mooring reads it" about={`${FORMAT_WORDS[format]}. Here is ${all}.`}>
      {problems.length > 0 && (
        <p className="flex gap-1.5 text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {formatUnits(problems.length, 'of these items', 'of these items')} cannot be registered.
        </p>
      )}
      <Table label="The first items">
        <thead>
          <tr>
            <Th>Where</Th>
            <Th>Object</Th>
            {saysMore && <Th>What the list says of it</Th>}
          </tr>
        </thead>
        <tbody>
          {inOrder(items, problems).map((each, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what each row is
            <tr key={index}>
              <Td className="text-sm whitespace-nowrap text-muted">{placeWords(each.place)}</Td>
              {'seen' in each ? (
                <ProblemCells problem={each} />
              ) : (
                <ItemCells item={each} saysMore={saysMore} />
              )}
            </tr>
          ))}
        </tbody>
      </Table>
      {warnings.length > 0 && (
        <details className="text-sm">
          <summary className="font-medium">
            {formatUnits(warnings.length, 'remark')} on what is left out or read in a lenient way
          </summary>
          <ul className="grid pt-1">
            {warnings.map(({ code, subject, message }) => (
              <li key={`${code} ${subject}`} className="border-b py-1.5 last:border-b-0">
                {message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

const saidOf = (item: ManifestItem): string =>
  [
    item.title,
    item.type === 'asset' && item.kind && KINDS[item.kind].one,
    item.type === 'group' && `Group of ${formatUnits(item.members.length, 'object')}`,
    item.clientMetadata && formatUnits(Object.keys(item.clientMetadata).length, 'metadata value'),
  ]
    .filter(Boolean)
    .join(' · ');

function ItemCells({ item, saysMore }: { item: ManifestItem; saysMore: boolean }) {
  const address = item.type === 'asset' ? item.address : item.members[0]!.address;
  return (
    <>
      <Td className="min-w-56">
        <FullName text={addressWords(address)} className="text-sm" />
      </Td>
      {saysMore && <Td className="min-w-32 text-sm text-muted">{saidOf(item)}</Td>}
    </>
  );
}

const ProblemCells = ({ problem: { url, seen, expected, fix } }: { problem: ManifestProblem }) => (
  <Td colSpan={2} className="min-w-56">
    {url && <FullName text={url} className="block text-sm" />}
    <span className="block text-bad">
      Found {seen}; expected {expected}.
    </span>
    <span className="text-sm text-muted">{fix}</span>
  </Td>
);

/** Items and problems as they stand in the list: only problems know their place. */
function inOrder(
  items: readonly ManifestItem[],
  problems: readonly ManifestProblem[],
): (ManifestItem | ManifestProblem)[] {
  const rows: (ManifestItem | ManifestProblem)[] = [...items];
  for (const problem of problems) rows.splice(problem.index, 0, problem);
  return rows;
}

const addressWords = (address: ManifestAddress): string =>
  'url' in address ? shownUrl(address.url) : address.path;

const placeWords = ({ line, row, path }: ManifestPlace): string =>
  [line !== undefined && `line ${line}`, row !== undefined && `row ${row}`, path].filter(Boolean).join(', ');
