import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { Section } from '@/components/page.tsx';

/** Leads to the audit. */
export const AuditLink = () => (
  <Section
    title="Audit"
    about="Who did, signed and read what. Choose there whether reads are written down, and for how long entries are kept."
  >
    <Link
      to="/audit"
      className="flex items-center gap-1.5 justify-self-start rounded-sm text-accent underline"
    >
      <ScrollText aria-hidden className="size-4" />
      Open the audit
    </Link>
  </Section>
);
