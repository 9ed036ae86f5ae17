import { Link } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { Section } from '@/components/page.tsx';

/** Leads to the people of the workspace. */
export const PeopleLink = () => (
  <Section title="People" about="Members and their roles, and invitations.">
    <Link
      to="/settings/people"
      className="flex items-center gap-1.5 justify-self-start rounded-sm text-accent underline"
    >
      <Users aria-hidden className="size-4" />
      Open people
    </Link>
  </Section>
);
