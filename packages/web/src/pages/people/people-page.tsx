import { Link } from '@tanstack/react-router';
import { ChevronLeft, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Page } from '@/components/page.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Invitations } from './invitations.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { Members } from './members.tsx';
import { RoleTable } from './role-table.tsx';

/** The people of the workspace, who is invited, and what each role may do. */
export function PeoplePage() {
  const [isInviting, setInviting] = useState(false);
  return (
    <Page
      title="People"
      before={
        <Link
          to="/settings"
          className="-ml-1 inline-flex items-center gap-0.5 justify-self-start text-sm text-muted hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4" />
          Settings
        </Link>
      }
      about="Who may use this workspace. You invite people with a link that works once."
      actions={
        <Button variant="primary" onClick={() => setInviting(true)}>
          <UserPlus aria-hidden />
          Invite
        </Button>
      }
    >
      <Members />
      <Invitations />
      <RoleTable />
      <InviteDialog open={isInviting} onOpenChange={setInviting} />
    </Page>
  );
}
