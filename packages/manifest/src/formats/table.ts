import type { AssetKind } from '@mooring/contract';
import type { At } from '../at.ts';
import { asset, type Draft, finished, group, title as titleField } from '../draft.ts';
import { booleanOf, type Field, plainKey } from '../fields.ts';
import type { GroupKind, JsonValue, ManifestGroup, ManifestItem, ManifestMember } from '../item.ts';
import { MOST_COLUMNS, MOST_ITEM_BYTES, MOST_MEMBERS } from '../limits.ts';
import { ManifestError } from '../manifest-error.ts';
import type { ColumnMapping } from '../reading.ts';
import { shownKey, shownKeys } from '../shown.ts';
import { addressKeys, PLAIN_KEYS } from './plain.ts';

const TITLE_OF_KIND = /^(image|video|audio|pdf|text|nifti|dicom)title$/;
/** Headings that make rows to groups. Source: the CSV of Encord, as its documents show it. */
const GROUP_TITLES: Record<string, { group: GroupKind; kind: AssetKind }> = {
  imagegrouptitle: { group: 'image-group', kind: 'image' },
  seriestitle: { group: 'dicom-series', kind: 'dicom' },
  dicomseriestitle: { group: 'dicom-series', kind: 'dicom' },
};
const KNOWN = new Map(Object.entries(PLAIN_KEYS).map(([key, field]) => [plainKey(key), field]));

interface RowGroup {
  kind: GroupKind;
  title: string;
}

/** What the columns of a table are. */
export interface Columns {
  headings: string[];
  /** Its headings are those of Encord. */
  isEncord: boolean;
  /** The group that the row belongs to. */
  groupOf(cells: readonly JsonValue[]): RowGroup | null;
  /** @throws ItemError */
  read(cells: readonly JsonValue[], at: At): Draft;
}

/**
 * Says what each column is: as a person mapped them, or by their headings. The others become client metadata.
 * @throws ManifestError where no column holds addresses, or two have one name
 */
export function columnsOf(headings: string[], mapping: ColumnMapping | undefined, base?: string): Columns {
  const names = headings.map((heading, index) => heading.trim() || `column ${index + 1}`);
  check(names);
  const plain = names.map(plainKey);
  const groupAt = mapping ? -1 : plain.findIndex(name => Object.hasOwn(GROUP_TITLES, name));
  const grouping = groupAt < 0 ? null : GROUP_TITLES[plain[groupAt]!]!;
  const sequenceAt = grouping ? plain.indexOf('createvideo') : -1;
  const columns = mapping ? mapped(names, mapping, base) : guessed(names, plain, base);
  const others = names.flatMap((name, index) =>
    columns[index] || index === groupAt || index === sequenceAt ? [] : [{ name, index }],
  );
  const kinds = plain.flatMap(name => (TITLE_OF_KIND.exec(name)?.[1] as AssetKind | undefined) ?? []);
  // One heading, such as “Image title”, says it of all rows; of several the one that is filled.
  const kind = grouping?.kind ?? (kinds.length === 1 && !mapping ? kinds[0] : undefined);
  const isEncord =
    plain.includes('objecturl') &&
    plain.some(name => Object.hasOwn(GROUP_TITLES, name) || TITLE_OF_KIND.test(name));

  function groupOf(cells: readonly JsonValue[]): RowGroup | null {
    const title = grouping ? cells[groupAt] : undefined;
    if (!grouping || isEmpty(title)) return null;
    const isSequence = sequenceAt >= 0 && booleanOf(cells[sequenceAt] ?? null) === true;
    return {
      kind: isSequence ? 'image-sequence' : grouping.group,
      title: typeof title === 'object' ? JSON.stringify(title) : String(title),
    };
  }

  function read(cells: readonly JsonValue[], at: At): Draft {
    const draft: Draft = { place: at.item };
    if (kind) draft.kind = kind;
    for (let index = 0; index < columns.length; index++) {
      const cell = cells[index];
      if (!isEmpty(cell)) columns[index]?.(draft, cell, at, names[index]!);
    }
    const metadata: [string, JsonValue][] = [];
    for (const { name, index } of others) {
      const cell = cells[index];
      if (!isEmpty(cell)) metadata.push([name, cell]);
    }
    if (metadata.length > 0)
      draft.clientMetadata = { ...Object.fromEntries(metadata), ...draft.clientMetadata };
    return draft;
  }
  return { headings: names, isEncord, groupOf, read };
}

const isEmpty = (cell: JsonValue | undefined): cell is '' | null | undefined =>
  cell === '' || cell === null || cell === undefined;

function check(names: string[]): void {
  if (names.length > MOST_COLUMNS)
    throw new ManifestError(
      'too_large',
      `The table has ${names.length} columns. Expected at most ${MOST_COLUMNS}.`,
      {
        fix: 'Leave out columns.',
      },
    );
  const double = names.find((name, index) => names.indexOf(name) < index);
  if (double !== undefined)
    throw new ManifestError('format_broken', `Two columns have the heading ${shownKey(double)}.`, {
      fix: 'Rename one of them.',
      columns: names,
    });
}

type Reading = Field<Draft> | undefined;

function mapped(names: string[], mapping: ColumnMapping, base?: string): Reading[] {
  const columns: Reading[] = names.map(() => undefined);
  const roles: [string | undefined, Field<Draft>][] = [
    [mapping.address, addressKeys(base).path!],
    [mapping.title, PLAIN_KEYS.title!],
    [mapping.folder, PLAIN_KEYS.folder!],
    [mapping.kind, PLAIN_KEYS.type!],
  ];
  for (const [name, field] of roles) {
    if (name === undefined) continue;
    const index = names.indexOf(name);
    if (index < 0)
      throw new ManifestError(
        'columns_unknown',
        `The table has no column ${shownKey(name)}. It has ${shownKeys(names)}.`,
        {
          fix: 'Choose one of its columns.',
          columns: names,
        },
      );
    columns[index] = field;
  }
  return columns;
}

function guessed(names: string[], plain: string[], base?: string): Reading[] {
  const addresses = Object.entries(addressKeys(base)).map(([key, field]) => [plainKey(key), field] as const);
  const found = addresses.find(([key]) => plain.includes(key));
  if (!found)
    throw new ManifestError(
      'columns_unknown',
      `No column is known to hold addresses. The headings are ${shownKeys(names)}.`,
      { fix: 'Name the column with the URLs “url”, or say which column it is.', columns: names },
    );
  const addressAt = plain.indexOf(found[0]);
  const taken = new Set<Field<Draft>>();
  return plain.map((name, index) => {
    if (index === addressAt) return found[1];
    const kind = TITLE_OF_KIND.exec(name)?.[1] as AssetKind | undefined;
    const field = kind ? titleOfKind(kind) : KNOWN.get(name);
    // The second of two columns that say the same, such as title and name, is kept as metadata.
    if (!field || taken.has(field)) return undefined;
    taken.add(field);
    return field;
  });
}

const titleOfKind =
  (kind: AssetKind): Field<Draft> =>
  (draft, value, at, key) => {
    titleField(draft, value, at, key);
    draft.kind = kind;
  };

/** Makes items of rows: of each row an asset, and of rows of one group that stand together a group. */
export class RowItems {
  private readonly columns: Columns;
  /** The group whose rows are being read; without an item where one of them is refused. */
  private open: { title: string; item: ManifestGroup | null; chars: number } | null = null;
  private readonly seen = new Set<string>();

  constructor(columns: Columns) {
    this.columns = columns;
  }

  /**
   * @returns the group that ends before this row, and the row's own asset
   * @throws ItemError where the row is refused, and its group with it
   */
  *take(cells: readonly JsonValue[], at: At): Generator<ManifestItem> {
    const grouped = this.columns.groupOf(cells);
    if (this.open?.title !== grouped?.title) yield* this.end();
    if (!grouped) {
      yield asset(this.columns.read(cells, at), at);
      return;
    }
    const { open } = this;
    if (open && !open.item) return; // refused already
    const chars = (open?.chars ?? 0) + charsOf(cells);
    this.open = { title: grouped.title, item: null, chars };
    if (chars > MOST_ITEM_BYTES)
      at.refuse(undefined, 'too_large', {
        seen: `a group whose rows have more than ${MOST_ITEM_BYTES} characters`,
        expected: `at most ${MOST_ITEM_BYTES}`,
        fix: 'Make several groups of it.',
      });
    const member: ManifestMember = finished(this.columns.read(cells, at), at);
    this.open.item = open?.item ? added(open.item, member, at) : this.begun(grouped, member, at);
  }

  *end(): Generator<ManifestItem> {
    const { open } = this;
    this.open = null;
    if (open?.item) yield open.item;
  }

  private begun({ kind, title }: RowGroup, member: ManifestMember, at: At): ManifestGroup {
    const draft: Draft = { place: at.item, members: [member] };
    titleField(draft, title, at, 'title');
    const known = JSON.stringify(title); // a text of its own: a part of a record would keep the whole record
    if (this.seen.has(known))
      at.refuse(undefined, 'value_invalid', {
        seen: `a row of group ${shownKey(title)}, whose other rows stand further up`,
        expected: 'all rows of a group one after the other',
        fix: 'Sort the table by the title of the group.',
      });
    if (this.seen.size < MOST_SEEN) this.seen.add(known);
    return group(draft, kind, at);
  }
}

const charsOf = (cells: readonly JsonValue[]): number =>
  cells.reduce<number>(
    (sum, cell) => sum + (typeof cell === 'string' ? cell : JSON.stringify(cell)).length,
    0,
  );

function added(item: ManifestGroup, member: ManifestMember, at: At): ManifestGroup {
  item.members.push(member);
  if (item.members.length > MOST_MEMBERS) group(item, item.group, at); // refuses it
  return item;
}

/** Titles of groups that are remembered, to tell those whose rows do not stand together. */
const MOST_SEEN = 20_000;
