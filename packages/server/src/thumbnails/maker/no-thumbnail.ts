import type { Reason } from './messages.ts';

/** Nothing that a thumbnail could be made from. */
export class NoThumbnail extends Error {
  override readonly name = 'NoThumbnail';
  readonly reason: Reason;
  /** Whether the same file comes to the same end each time. */
  readonly lasting: boolean;
  constructor(
    title: string,
    detail: string,
    { lasting = true, cause }: { lasting?: boolean; cause?: unknown } = {},
  ) {
    super(detail, { cause });
    this.reason = { title, detail };
    this.lasting = lasting;
  }
}
