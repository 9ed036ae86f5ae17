import { type ColumnMapping, ManifestError } from '@mooring/manifest';
import { ListChecks } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '@/api/live-operation.ts';
import { useMay } from '@/app/use-may.ts';
import { Empty, Page } from '@/components/page.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { OperationOutcome } from '@/pages/operations/operation-outcome.tsx';
import { CancelButton } from '@/pages/operations/operation-progress.tsx';
import { ColumnFields } from './column-fields.tsx';
import type { List } from './list.ts';
import { ListField } from './list-field.tsx';
import { ListPreview } from './list-preview.tsx';
import { ListRefused } from './list-refused.tsx';
import { OptionFields } from './option-fields.tsx';
import { FIRST_OPTIONS, type Options } from './options.ts';
import { StartActions } from './start-actions.tsx';
import { usePreview } from './use-preview.ts';

/** Takes a list, shows how Mooring reads it, and registers what it names. */
export function RegisterPage() {
  const mayRegister = useMay('sources.change');
  const [list, setList] = useState<List | null>(null);
  const [options, setOptions] = useState(FIRST_OPTIONS);
  const [columns, setColumns] = useState<ColumnMapping | null>(null);
  const [dryRunId, setDryRunId] = useState<string | null>(null);
  const { data: preview, error } = usePreview(list, columns);
  const headings = error instanceof ManifestError ? error.columns : preview?.headings;
  const take = (next: List | null) => {
    setList(next);
    setColumns(null);
    setDryRunId(null);
  };
  const choose = (next: Options) => {
    setOptions(next);
    setDryRunId(null);
  };
  if (!mayRegister) {
    return (
      <Page title="Register a list">
        <Empty icon={ListChecks} title="An editor registers lists">
          <p>Ask an editor or an administrator of the workspace.</p>
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title="Register a list"
      about="Each object that the list names becomes an asset. The data stays where it is."
    >
      <ListField list={list} onList={take} />
      {error && <ListRefused error={error} />}
      {list && !preview && !error && <SkeletonRows rows={3} />}
      {list && headings && <ColumnFields headings={headings} columns={columns} onColumns={setColumns} />}
      {list && preview && (
        <>
          <ListPreview preview={preview} />
          <OptionFields options={options} onOptions={choose} />
          <StartActions list={list} options={options} columns={columns} onDryRun={setDryRunId} />
        </>
      )}
      {dryRunId && <DryRun operationId={dryRunId} />}
    </Page>
  );
}

/** What a dry run finds, below the list, which can be registered then. */
function DryRun({ operationId }: { operationId: string }) {
  const { data: operation } = useOperation(operationId);
  if (!operation) return <SkeletonRows rows={3} />;
  return (
    <>
      <OperationOutcome operation={operation} />
      <div>
        <CancelButton operation={operation} />
      </div>
    </>
  );
}
