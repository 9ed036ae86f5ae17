import type { WorkspaceSettings } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client } from '@/api/client.ts';
import { workspaceQuery } from '@/api/queries.ts';
import { Fact, Facts } from '@/components/facts.tsx';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { formatCount } from '@/format/numbers.ts';
import { readLimit } from './limit.ts';

const LOOK_EVERY_MS = 2000;

/** The number of assets in the workspace, and its limit. */
export function Quota({ canChange }: { canChange: boolean }) {
  const {
    data: workspace,
    error,
    refetch,
  } = useQuery({
    ...workspaceQuery,
    refetchInterval: ({ state }) => (state.data?.settled === false ? LOOK_EVERY_MS : false),
  });
  return (
    <Section
      title="Assets"
      about="Mooring never drops an asset. The newest beyond the limit are marked as over quota, and unmarked when there is room."
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!workspace && !error && <SkeletonRows rows={2} />}
      {workspace && (
        <>
          <Facts>
            <Fact name="Assets">{formatCount(workspace.assetCount)}</Fact>
            <Fact name="At most">
              {workspace.maxAssets === null ? 'No limit' : formatCount(workspace.maxAssets)}
            </Fact>
            {workspace.overQuotaCount > 0 && (
              <Fact name="Over quota">{formatCount(workspace.overQuotaCount)}</Fact>
            )}
          </Facts>
          {!workspace.settled && <p className="text-sm text-muted">Assets are being marked…</p>}
          {canChange && <LimitForm workspace={workspace} />}
        </>
      )}
    </Section>
  );
}

function LimitForm({ workspace }: { workspace: WorkspaceSettings }) {
  const [text, setText] = useState(String(workspace.maxAssets ?? ''));
  const limit = readLimit(text);
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: (maxAssets: number | null) => client.call('updateWorkspace', { body: { maxAssets } }),
    onSuccess: saved => {
      queryClient.setQueryData(workspaceQuery.queryKey, saved);
      toast('Saved');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (limit !== undefined) save.mutate(limit);
  };
  return (
    <form className="grid gap-3" onSubmit={submit}>
      <Field
        label="Limit"
        hint="Leave it empty for no limit."
        error={limit === undefined && 'Enter a whole number, or leave it empty.'}
        className="max-w-64"
      >
        {props => (
          <Input
            {...props}
            inputMode="numeric"
            value={text}
            onChange={event => setText(event.target.value)}
          />
        )}
      </Field>
      {save.error && <ProblemView error={save.error} />}
      <div>
        <Button
          type="submit"
          disabled={limit === undefined || limit === workspace.maxAssets || save.isPending}
        >
          Save the limit
        </Button>
      </div>
    </form>
  );
}
