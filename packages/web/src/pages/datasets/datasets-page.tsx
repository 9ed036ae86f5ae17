import type { Dataset } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Layers, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '@/app/use-may.ts';
import { Empty, Page } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatBytes, formatUnits } from '@/format/numbers.ts';
import { DatasetDialog } from './dataset-dialog.tsx';
import { datasetsQuery } from './queries.ts';

/** Named, versioned selections of assets. */
export function DatasetsPage() {
  const { data: datasets, error, refetch } = useQuery(datasetsQuery);
  const [isCreating, setCreating] = useState(false);
  const mayChange = useMay('datasets.change');
  const create = mayChange && (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      New dataset
    </Button>
  );
  return (
    <Page
      title="Datasets"
      about="Named selections of assets. A version stays what it was, although the storage moves on."
      actions={datasets && datasets.length > 0 && create}
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!datasets && !error && <SkeletonRows rows={3} />}
      {datasets?.length === 0 && (
        <Empty icon={Layers} title="No datasets yet" action={create}>
          <p>Make one, then add assets: select them on the page Assets, or take all that match a filter.</p>
        </Empty>
      )}
      {datasets && datasets.length > 0 && (
        <ul aria-label="Datasets" className="grid">
          {datasets.map(dataset => (
            <Row key={dataset.id} dataset={dataset} />
          ))}
        </ul>
      )}
      <DatasetDialog open={isCreating} onOpenChange={setCreating} dataset={null} />
    </Page>
  );
}

const Row = ({ dataset: { id, name, description, latest } }: { dataset: Dataset }) => (
  <li className="border-b last:border-b-0">
    <Link
      to="/datasets/$datasetId"
      params={{ datasetId: id }}
      className="-mx-2 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 rounded-md px-2 py-3 hover:bg-hover"
    >
      <span className="min-w-0 flex-1 basis-64">
        <span className="block font-medium break-words">{name}</span>
        {description && <span className="line-clamp-2 text-sm break-words text-muted">{description}</span>}
      </span>
      <span className="text-sm text-muted">
        {latest ? (
          <>
            {formatUnits(latest.members, 'asset')} · {formatBytes(Number(latest.sizeBytes))} · version{' '}
            {latest.version}, <Time at={latest.createdAt} />
          </>
        ) : (
          'No version yet'
        )}
      </span>
    </Link>
  </li>
);
