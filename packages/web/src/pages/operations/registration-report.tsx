import type { OperationOf, RegistrationReport } from '@mooring/contract';
import type { ManifestFormat } from '@mooring/manifest';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Images } from 'lucide-react';
import { connectionHealthQuery } from '@/api/queries.ts';
import { FullName } from '@/components/name.tsx';
import { Section } from '@/components/page.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { Table, Td, Th } from '@/components/ui/table.tsx';
import { formatCount, formatUnits } from '@/format/numbers.ts';
import { FORMAT_WORDS } from './manifest-formats.ts';

/** What a registration found in its list, where its assets are, and what it left out. */
export function RegistrationReportView({ operation: { report } }: { operation: OperationOf<'register'> }) {
  if (!report || report.format === '') return null;
  const folderId = report.places.find(place => place.folderId !== null)?.folderId;
  const format = FORMAT_WORDS[report.format as ManifestFormat] ?? report.format;
  return (
    <>
      <Section
        title={report.dryRun ? 'What a registration would do' : 'Where the assets are'}
        about={
          report.dryRun
            ? `The list is: ${format}. This was a dry run: nothing was written.`
            : `The list is: ${format}. The assets are in the folder “${report.folder}”.`
        }
        actions={
          folderId && (
            <Link to="/assets" search={{ folder: folderId }} className={buttonStyle({ variant: 'primary' })}>
              <Images aria-hidden />
              Browse the assets
            </Link>
          )
        }
      >
        {report.places.length > 0 && <Places places={report.places} />}
        {report.dryRun && report.samples.length > 0 && <Samples samples={report.samples} />}
      </Section>
      {report.warnings.length > 0 && <Warnings warnings={report.warnings} />}
    </>
  );
}

function Places({ places }: Pick<RegistrationReport, 'places'>) {
  const { data: connections } = useQuery(connectionHealthQuery);
  return (
    <Table label="Where the items belong">
      <thead>
        <tr>
          <Th>Connection</Th>
          <Th>Container</Th>
          <Th className="text-right">Items</Th>
        </tr>
      </thead>
      <tbody>
        {places.map(({ connectionId, container, items }) => (
          <tr key={`${connectionId} ${container}`}>
            <Td>{connections?.find(({ id }) => id === connectionId)?.name ?? connectionId}</Td>
            <Td>
              <FullName text={container} />
            </Td>
            <Td className="text-right">{formatCount(items)}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const Samples = ({ samples }: Pick<RegistrationReport, 'samples'>) => (
  <details open>
    <summary className="font-medium">The first items</summary>
    <ul className="grid pt-1 text-sm">
      {samples.map(({ item, container, key }) => (
        <li key={item} className="grid gap-x-3 border-b py-1.5 last:border-b-0">
          <FullName text={item} className="text-muted" />
          <FullName text={`${container} / ${key}`} />
        </li>
      ))}
    </ul>
  </details>
);

const Warnings = ({ warnings }: Pick<RegistrationReport, 'warnings'>) => (
  <Section title="Left out, or read in a lenient way" about="The items are registered all the same.">
    <ul className="grid text-sm">
      {warnings.map(({ code, subject, message, count }) => (
        <li key={`${code} ${subject}`} className="border-b py-1.5 last:border-b-0">
          {message} <span className="text-muted">{formatUnits(count, 'time')}</span>
        </li>
      ))}
    </ul>
  </Section>
);
