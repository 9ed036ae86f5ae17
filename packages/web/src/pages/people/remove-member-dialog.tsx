import type { Member } from '@mooring/contract';
import { client } from '@/api/client.ts';
import { invitationsQuery, membersQuery } from '@/api/queries.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';

/** Says what ends with a member and what stays, and removes them. */
export function RemoveMemberDialog({ member, onClose }: { member: Member | null; onClose: () => void }) {
  return (
    <ConfirmDialog
      thing={member}
      title={`Remove ${member?.name ?? 'the member'}`}
      description="Their sessions, personal tokens, links and invitations end at once. What they set up stays: connections, sources, service tokens. You can invite them again."
      keep="Keep them"
      action="Remove"
      remove={({ id: memberId }) => client.call('removeMember', { params: { memberId } })}
      stale={[membersQuery, invitationsQuery]}
      onClose={onClose}
    />
  );
}
