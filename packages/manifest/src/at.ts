import type { ManifestPlace, ManifestProblemCode, ManifestWarningCode } from './item.ts';
import { shownKey } from './shown.ts';
import type { WarningTally } from './warnings.ts';

/** Why an item is not taken, thrown where it is found. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
  readonly code: ManifestProblemCode;
  readonly place: ManifestPlace;
  readonly seen: string;
  readonly expected: string;
  readonly fix: string;

  constructor(
    code: ManifestProblemCode,
    place: ManifestPlace,
    { seen, expected, fix }: { seen: string; expected: string; fix: string },
  ) {
    super(`${seen}; expected ${expected}`);
    this.code = code;
    this.place = place;
    this.seen = seen;
    this.expected = expected;
    this.fix = fix;
  }
}

/** A place inside an item, at which values are refused and warned about. */
export class At {
  readonly item: ManifestPlace;
  private readonly path: string;
  private readonly warnings: WarningTally;

  constructor(item: ManifestPlace, warnings: WarningTally, path = '') {
    this.item = item;
    this.warnings = warnings;
    this.path = path;
  }

  /** Of a value inside: a key of an object, or an element of a list. */
  in(key: string | number): At {
    return new At(this.item, this.warnings, this.pathOf(key));
  }

  place(key?: string | number): ManifestPlace {
    const inside = key === undefined ? this.path : this.pathOf(key);
    const { path: before } = this.item;
    const path =
      before && inside ? `${before}${inside.startsWith('[') ? '' : '.'}${inside}` : before || inside;
    return path ? { ...this.item, path } : this.item;
  }

  /** @throws ItemError always */
  refuse(
    key: string | number | undefined,
    code: ManifestProblemCode,
    because: { seen: string; expected: string; fix: string },
  ): never {
    throw new ItemError(code, this.place(key), because);
  }

  /** @param message what was seen and what Mooring does, the same for every item */
  warn(code: ManifestWarningCode, key: string, message: string): void {
    const subject = this.pathOf(key).replace(/\[\d+\]/g, '[]');
    this.warnings.warn(code, subject, message, () => this.place(key));
  }

  private pathOf(key: string | number): string {
    if (typeof key === 'number') return `${this.path}[${key}]`;
    return this.path ? `${this.path}.${shownKey(key)}` : shownKey(key);
  }
}
