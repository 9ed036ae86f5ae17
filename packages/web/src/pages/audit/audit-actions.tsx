import { type AuditVerdict, verifyAudit } from '@mooring/sdk';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Download, ShieldCheck } from 'lucide-react';
import { client } from '@/api/client.ts';
import { CopyButton } from '@/components/copy.tsx';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { formatCount } from '@/format/numbers.ts';
import { filterOf } from './search.ts';

const route = getRouteApi('/shell/audit');

const oldestFirst = { order: 'oldest', limit: 1000 } as const;
/** Browsers compute hashes only on pages that came over HTTPS or from this machine. */
const CAN_VERIFY = globalThis.crypto?.subtle !== undefined;

/** Verifies the whole chain in this browser, and downloads what is shown. */
export function AuditActions() {
  const search = route.useSearch();
  const verify = useMutation({
    mutationFn: async () => {
      const chain = await client.call('getAudit');
      return verifyAudit(client.pages('listAuditEntries', { query: oldestFirst }), { chain });
    },
  });
  const download = useMutation({
    mutationFn: async () => {
      const lines: string[] = [];
      const query = { ...filterOf(search), ...oldestFirst };
      for await (const entry of client.pages('listAuditEntries', { query }))
        lines.push(`${JSON.stringify(entry)}\n`);
      save(lines);
    },
  });
  return (
    <Section
      title="Entries"
      actions={
        <>
          {CAN_VERIFY && (
            <Button disabled={verify.isPending} onClick={() => verify.mutate()}>
              <ShieldCheck aria-hidden />
              {verify.isPending ? 'Verifying…' : 'Verify'}
            </Button>
          )}
          <Button disabled={download.isPending} onClick={() => download.mutate()}>
            <Download aria-hidden />
            {download.isPending ? 'Collecting…' : 'Download'}
          </Button>
        </>
      }
    >
      {(verify.error ?? download.error) && <ProblemView error={verify.error ?? download.error} />}
      {verify.data && <Verdict verdict={verify.data} />}
    </Section>
  );
}

function Verdict({ verdict: { entries, last, fault } }: { verdict: AuditVerdict }) {
  if (fault !== null) {
    return (
      <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 break-words">
        {fault} Right before it: {formatCount(entries)}.
      </p>
    );
  }
  const noted = last && `${last.seq}:${last.hash}`;
  return (
    <div role="status" className="grid gap-1 rounded-md bg-good-soft px-3 py-2">
      <p>No entry was changed, and none is missing. Entries: {formatCount(entries)}.</p>
      {noted && (
        <p className="flex items-start gap-2 text-sm">
          <span className="min-w-0 flex-1">
            The last one, to be noted elsewhere: <span className="font-mono break-all">{noted}</span>
          </span>
          <CopyButton text={noted} what="the last entry" />
        </p>
      )}
    </div>
  );
}

function save(lines: string[]): void {
  const url = URL.createObjectURL(new Blob(lines, { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'audit.jsonl';
  link.click();
  URL.revokeObjectURL(url);
}
