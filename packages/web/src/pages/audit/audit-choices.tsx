import type { Audit, AuditUpdate } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { auditQuery } from '@/api/queries.ts';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Select } from '@/components/ui/input.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { formatUnits } from '@/format/numbers.ts';

const KEPT_DAYS = [30, 90, 365, 1095];
const FOR_EVER = '';

/** What is written down, and for how long. */
export function AuditChoices() {
  const { data: audit, error, refetch } = useQuery(auditQuery);
  return (
    <Section title="What is written down">
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!audit && !error && <SkeletonRows rows={1} />}
      {audit && <Choices audit={audit} />}
    </Section>
  );
}

function Choices({ audit: { recordsReads, keepDays } }: { audit: Audit }) {
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: (body: AuditUpdate) => client.call('updateAudit', { body }),
    onSuccess: async saved => {
      queryClient.setQueryData(auditQuery.queryKey, saved);
      toast('Saved');
      await queryClient.invalidateQueries({ queryKey: ['audit-entries'] });
    },
  });
  const days = keepDays === null || KEPT_DAYS.includes(keepDays) ? KEPT_DAYS : [...KEPT_DAYS, keepDays];
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-4">
        <Field
          label="Reads"
          hint="Each signed URL, relayed read and thumbnail. All other acts always are."
          className="max-w-80 flex-1 basis-64"
        >
          {props => (
            <Select
              {...props}
              value={String(recordsReads)}
              disabled={save.isPending}
              onChange={event => save.mutate({ recordsReads: event.target.value === 'true' })}
            >
              <option value="false">Are not written down</option>
              <option value="true">Are written down</option>
            </Select>
          )}
        </Field>
        <Field
          label="Entries are kept"
          hint="The chain can be verified after older ones are removed."
          className="max-w-80 flex-1 basis-64"
        >
          {props => (
            <Select
              {...props}
              value={keepDays ?? FOR_EVER}
              disabled={save.isPending}
              onChange={event =>
                save.mutate({ keepDays: event.target.value === FOR_EVER ? null : Number(event.target.value) })
              }
            >
              {days
                .toSorted((a, b) => a - b)
                .map(count => (
                  <option key={count} value={count}>
                    {formatUnits(count, 'day')}
                  </option>
                ))}
              <option value={FOR_EVER}>For ever</option>
            </Select>
          )}
        </Field>
      </div>
      {save.error && <ProblemView error={save.error} />}
    </div>
  );
}
