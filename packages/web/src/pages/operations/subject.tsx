import type { Operation } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { connectionsQuery, sourcesQuery } from '@/api/queries.ts';
import { Name } from '@/components/name.tsx';

/** Subjects that are no places. */
const OTHERS: Partial<Record<Operation['subject']['type'], string>> = {
  edit: 'Assets that match a filter',
  dataset: 'A dataset',
};

/** What an operation is about, in words. */
export function useSubject(operation: Operation): { text: string; connectionId: string | null } {
  const { subject } = operation;
  const { data: sources } = useQuery(sourcesQuery);
  const { data: connections } = useQuery(connectionsQuery);
  const source = subject.type === 'source' ? sources?.find(({ id }) => id === subject.id) : undefined;
  const connectionId = source?.connectionId ?? (subject.type === 'connection' ? subject.id : null);
  const connection = connections?.find(({ id }) => id === connectionId);
  const where = source && `${source.container}${source.prefix && ` / ${source.prefix}`}`;
  const text = [connection?.name, where].filter(Boolean).join(' · ');
  if (operation.kind === 'register')
    return { text: `A list, into the folder “${operation.report?.folder ?? '…'}”`, connectionId: null };
  return {
    text: text || OTHERS[subject.type] || `A ${subject.type} that was removed`,
    connectionId: connection?.id ?? null,
  };
}

export function SubjectLink({ operation }: { operation: Operation }) {
  const { text, connectionId } = useSubject(operation);
  if (!connectionId) return <span className="text-muted">{text}</span>;
  return (
    <Link
      to="/connections/$connectionId"
      params={{ connectionId }}
      className="flex min-w-0 text-accent hover:underline"
    >
      <Name text={text} />
    </Link>
  );
}
