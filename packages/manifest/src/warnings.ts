import type { ManifestPlace, ManifestWarning, ManifestWarningCode } from './item.ts';
import { MOST_WARNINGS } from './limits.ts';

/** Under which those are counted that are too many to be told apart. */
const OTHERS = '…';

/** Warnings by what they say, with counts; bounded. */
export class WarningTally {
  private readonly warnings = new Map<string, ManifestWarning>();

  add(warning: ManifestWarning): void {
    const { code, subject } = warning;
    const known = this.warnings.get(`${code} ${subject}`);
    if (known) known.count += warning.count;
    else if (this.warnings.size < MOST_WARNINGS) this.warnings.set(`${code} ${subject}`, { ...warning });
    else this.addToOthers(warning);
  }

  warn(code: ManifestWarningCode, subject: string, message: string, place: () => ManifestPlace): void {
    const known = this.warnings.get(`${code} ${subject}`);
    if (known) known.count++;
    else this.add({ code, subject, message, place: place(), count: 1 });
  }

  /** All of them so far. Counting begins anew. */
  take(): ManifestWarning[] {
    const taken = [...this.warnings.values()];
    this.warnings.clear();
    return taken;
  }

  private addToOthers({ code, place, count }: ManifestWarning): void {
    const key = `${code} ${OTHERS}`;
    const known = this.warnings.get(key);
    if (known) known.count += count;
    else
      this.warnings.set(key, {
        code,
        subject: OTHERS,
        message: `There are more than ${MOST_WARNINGS} different warnings. The others are only counted.`,
        place,
        count,
      });
  }
}

/** The warnings of two parts of a manifest as one list, in which none is there twice. */
export function addWarnings(
  before: readonly ManifestWarning[],
  more: readonly ManifestWarning[],
): ManifestWarning[] {
  const tally = new WarningTally();
  for (const warning of [...before, ...more]) tally.add(warning);
  return tally.take();
}
