import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { Page } from '@/components/page.tsx';
import { AuditActions } from './audit-actions.tsx';
import { AuditChoices } from './audit-choices.tsx';
import { Entries } from './entries.tsx';
import { FilterForm } from './filter-form.tsx';

/** Who did, signed and read what. */
export function AuditPage() {
  return (
    <Page
      title="Audit"
      before={
        <Link
          to="/settings"
          className="flex items-center gap-1 justify-self-start rounded-sm text-sm text-muted hover:underline"
        >
          <ArrowLeft aria-hidden className="size-4" />
          Settings
        </Link>
      }
      about="Who did, signed and read what. Entries are only ever added. Each holds the hash of the one before it, so one that is changed or missing is found."
      wide
    >
      <AuditChoices />
      <AuditActions />
      <FilterForm />
      <Entries />
    </Page>
  );
}
