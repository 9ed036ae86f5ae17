import type { DatasetVersion } from '@mooring/contract';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft, Pencil, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { operationsQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { Page, Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { ShowEarlier } from '@/components/show-earlier.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { formatBytes, formatUnits } from '@/format/numbers.ts';
import { DatasetDialog } from './dataset-dialog.tsx';
import { Difference } from './difference.tsx';
import { Members } from './members.tsx';
import { datasetQuery, versionsQuery } from './queries.ts';
import { RemoveDatasetDialog } from './remove-dataset-dialog.tsx';
import { SplitBar } from './split-bar.tsx';
import { changeWords, ruleWords } from './words.ts';

const route = getRouteApi('/shell/datasets/$datasetId');

/** One dataset: its versions, and what one of them holds. */
export function DatasetPage() {
  const { datasetId } = route.useParams();
  const { data: dataset, error, refetch } = useQuery(datasetQuery(datasetId));
  const versions = useInfiniteQuery(versionsQuery(datasetId));
  const [chosen, setChosen] = useState<number | null>(null);
  const [dialog, setDialog] = useState<'edit' | 'remove' | null>(null);
  const mayChange = useMay('datasets.change');
  const all = versions.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = all.find(({ version }) => version === chosen) ?? all[0];
  return (
    <Page
      title={dataset ? <span className="break-words">{dataset.name}</span> : 'Dataset'}
      documentTitle={dataset?.name ?? 'Dataset'}
      before={
        <Link
          to="/datasets"
          className="-ml-1 inline-flex items-center gap-0.5 justify-self-start text-sm text-muted hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4" />
          Datasets
        </Link>
      }
      about={dataset?.description}
      actions={
        mayChange &&
        dataset && (
          <>
            <UpdateButton datasetId={datasetId} hasVersion={dataset.latest !== null} />
            <Button onClick={() => setDialog('edit')}>
              <Pencil aria-hidden />
              Edit
            </Button>
            <Button onClick={() => setDialog('remove')}>
              <Trash2 aria-hidden />
              Remove
            </Button>
            <DatasetDialog open={dialog === 'edit'} onOpenChange={() => setDialog(null)} dataset={dataset} />
            <RemoveDatasetDialog
              open={dialog === 'remove'}
              onOpenChange={() => setDialog(null)}
              dataset={dataset}
            />
          </>
        )
      }
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {versions.error && <ProblemView error={versions.error} onRetry={() => versions.refetch()} />}
      {versions.isPending && <SkeletonRows rows={3} />}
      {versions.isSuccess && all.length === 0 && (
        <p className="max-w-prose text-muted">
          It has no version yet. Select assets on the page{' '}
          <Link to="/assets" className="text-accent underline">
            Assets
          </Link>{' '}
          and choose “Add to a dataset”.
        </p>
      )}
      {dataset?.splitRule && (
        <p className="text-sm text-muted">Next versions are divided {ruleWords(dataset.splitRule)}.</p>
      )}
      {all.length > 0 && (
        <Section title="Versions">
          <ul aria-label="Versions" className="grid">
            {all.map(version => (
              <VersionRow
                key={version.version}
                version={version}
                isShown={version === shown}
                onShow={() => setChosen(version.version)}
              />
            ))}
          </ul>
          <ShowEarlier of={versions} />
        </Section>
      )}
      {shown && <Difference key={`difference-${shown.version}`} datasetId={datasetId} version={shown} />}
      {shown && <Members key={`members-${shown.version}`} datasetId={datasetId} version={shown} />}
    </Page>
  );
}

function VersionRow({
  version,
  isShown,
  onShow,
}: {
  version: DatasetVersion;
  isShown: boolean;
  onShow: () => void;
}) {
  const { version: number, note, members, sizeBytes, splits, createdAt } = version;
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        aria-pressed={isShown}
        onClick={onShow}
        className="-mx-2 grid w-[calc(100%+1rem)] gap-1.5 rounded-md px-2 py-2.5 text-left hover:bg-hover aria-pressed:bg-accent-soft"
      >
        <span className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
          <span className="font-medium">Version {number}</span>
          <span className="text-sm text-muted">
            {formatUnits(members, 'asset')} · {formatBytes(Number(sizeBytes))} · {changeWords(version)} ·{' '}
            <Time at={createdAt} />
          </span>
        </span>
        {note && <span className="text-sm break-words">{note}</span>}
        <SplitBar splits={splits} />
      </button>
    </li>
  );
}

/** Makes a version of the same assets as they are now. */
function UpdateButton({ datasetId, hasVersion }: { datasetId: string; hasVersion: boolean }) {
  const queryClient = useQueryClient();
  const update = useMutation({
    mutationFn: () => client.call('createDatasetVersion', { params: { datasetId }, body: {} }),
    onSuccess: () => {
      toast(
        'A version is being made',
        'It holds the same assets as they are now. Operations shows how far it is.',
      );
      return queryClient.invalidateQueries({ queryKey: operationsQuery.queryKey });
    },
    onError: error => toast('No version was made', error.message),
  });
  if (!hasVersion) return null;
  return (
    <Button disabled={update.isPending} onClick={() => update.mutate()}>
      <RefreshCw aria-hidden />
      Bring up to date
    </Button>
  );
}
