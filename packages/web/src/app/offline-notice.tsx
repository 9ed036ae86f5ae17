import { MooringUnreachableError } from '@mooring/sdk';
import { useQuery } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { healthQuery } from '@/api/queries.ts';

/** Says on every page that the server is silent, for as long as it is; within 4 s of its end. */
export function OfflineNotice() {
  const { error } = useQuery(healthQuery);
  if (!(error instanceof MooringUnreachableError)) return null;
  return (
    <p role="status" className="flex items-center gap-2.5 border-b bg-warn-soft px-4 py-2 text-sm">
      <CloudOff aria-hidden className="size-4 shrink-0 text-warn" />
      <span>
        <span className="font-medium">Mooring’s server does not answer.</span> This page may show old data.
        Mooring tries again every few seconds.
      </span>
    </p>
  );
}
