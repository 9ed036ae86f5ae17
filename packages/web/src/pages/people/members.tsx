import type { Member, MemberUpdate } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, KeyRound, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { identityQuery, membersQuery } from '@/api/queries.ts';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Menu, MenuItem } from '@/components/ui/menu.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { EditMemberDialog } from './edit-member-dialog.tsx';
import { RemoveMemberDialog } from './remove-member-dialog.tsx';
import { RoleSelect } from './role-select.tsx';
import { SignInLinkDialog } from './sign-in-link-dialog.tsx';

type Open = { dialog: 'edit' | 'link' | 'remove'; member: Member } | null;

/** Each member with their role, which can be changed in place. */
export function Members() {
  const { data: members, error, refetch } = useQuery(membersQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const shown = (dialog: NonNullable<Open>['dialog']) => (open?.dialog === dialog ? open.member : null);
  return (
    <Section title="Members">
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!members && !error && <SkeletonRows rows={3} />}
      {members && (
        <ul className="grid" aria-label="Members">
          {members.map(member => (
            <Row key={member.id} member={member} onOpen={dialog => setOpen({ dialog, member })} />
          ))}
        </ul>
      )}
      <EditMemberDialog member={shown('edit')} onClose={close} />
      <SignInLinkDialog member={shown('link')} onClose={close} />
      <RemoveMemberDialog member={shown('remove')} onClose={close} />
    </Section>
  );
}

function Row({ member, onOpen }: { member: Member; onOpen: (dialog: NonNullable<Open>['dialog']) => void }) {
  const { id, name, email, role, current, lastSignedInAt } = member;
  const queryClient = useQueryClient();
  const update = useMutation({
    mutationFn: (body: MemberUpdate) => client.call('updateMember', { params: { memberId: id }, body }),
    onSettled: () =>
      Promise.all(
        [membersQuery, identityQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey })),
      ),
  });
  return (
    <li className="grid grid-cols-1 gap-2 border-b py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex flex-wrap items-center gap-x-2.5">
            <span className="font-medium break-words">{name}</span>
            {current && <Badge>you</Badge>}
          </p>
          <p className="text-sm break-words text-muted">
            {email ?? 'No e-mail address'} · signed in <Time at={lastSignedInAt} none="never" />
          </p>
        </div>
        <div className="flex items-center gap-2">
          <RoleSelect
            className="w-40"
            aria-label={`Role of ${name}`}
            value={role}
            disabled={update.isPending}
            onChange={role => update.mutate({ role })}
          />
          <Menu
            trigger={
              <Button size="icon" aria-label={`More for ${name}`}>
                <Ellipsis aria-hidden />
              </Button>
            }
          >
            <MenuItem onClick={() => onOpen('edit')}>
              <Pencil aria-hidden />
              Name and e-mail
            </MenuItem>
            <MenuItem onClick={() => onOpen('link')}>
              <KeyRound aria-hidden />
              Make a sign-in link
            </MenuItem>
            <MenuItem danger onClick={() => onOpen('remove')}>
              <Trash2 aria-hidden />
              Remove
            </MenuItem>
          </Menu>
        </div>
      </div>
      {update.error && <ProblemView error={update.error} />}
    </li>
  );
}
