import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** Something that people should know before they go on. */
export const Warning = ({ children }: { children: ReactNode }) => (
  <p className="my-2 flex gap-2 rounded-md bg-warn-soft p-3 text-sm">
    <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
    <span className="min-w-0 break-words">{children}</span>
  </p>
);
