import type { Operation } from '@mooring/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useOperation } from '@/api/live-operation.ts';
import { CopyButton } from '@/components/copy.tsx';
import { Fact, Facts } from '@/components/facts.tsx';
import { Page, Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { OperationMark } from '@/components/status.tsx';
import { Time } from '@/components/time.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatDuration } from '@/format/time.ts';
import { OperationActions } from './operation-actions.tsx';
import { OperationOutcome } from './operation-outcome.tsx';
import { SubjectLink } from './subject.tsx';
import { nameOf } from './words.ts';

const route = getRouteApi('/shell/operations/$operationId');

export function OperationPage() {
  const { operationId } = route.useParams();
  const { data: operation, error, refetch } = useOperation(operationId);
  const back = (
    <Link
      to="/operations"
      className="-ml-1 inline-flex items-center gap-0.5 justify-self-start text-sm text-muted hover:text-ink"
    >
      <ChevronLeft aria-hidden className="size-4" />
      Operations
    </Link>
  );
  if (!operation) {
    return (
      <Page title="Operation" before={back}>
        {error ? <ProblemView error={error} onRetry={() => refetch()} /> : <SkeletonRows rows={4} />}
      </Page>
    );
  }
  return (
    <Page
      title={nameOf(operation)}
      before={back}
      actions={<OperationActions operation={operation} />}
      about={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <OperationMark status={operation.status} />
          <SubjectLink operation={operation} />
        </span>
      }
    >
      <OperationOutcome operation={operation} />
      <OperationFacts operation={operation} />
    </Page>
  );
}

function OperationFacts({ operation }: { operation: Operation }) {
  const { id, createdAt, startedAt, finishedAt, durationMs, attempts } = operation;
  return (
    <Section title="Facts">
      <Facts>
        <Fact name="Asked for">
          <Time at={createdAt} />
        </Fact>
        <Fact name="Started">
          <Time at={startedAt} none="not yet" />
        </Fact>
        <Fact name="Finished">
          <Time at={finishedAt} none="not yet" />
          {durationMs !== null && <span className="text-muted"> · took {formatDuration(durationMs)}</span>}
        </Fact>
        {attempts > 1 && (
          <Fact name="Taken up">
            {attempts} times: a worker stopped before the end, and the next worker continued from that point
          </Fact>
        )}
        <Fact long name="Id" action={<CopyButton text={id} what="id" />}>
          <span className="font-mono text-xs break-all">{id}</span>
        </Fact>
      </Facts>
    </Section>
  );
}
