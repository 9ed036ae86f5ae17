import type { Member } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { invitationsQuery, membersQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';

/** Says what ends with a member and what stays, and removes them. */
export function RemoveMemberDialog({ member, onClose }: { member: Member | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: (memberId: string) => client.call('removeMember', { params: { memberId } }),
    onSuccess: async () => {
      onClose();
      await Promise.all(
        [membersQuery, invitationsQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey })),
      );
    },
  });
  return (
    <Dialog
      open={member !== null}
      onOpenChange={open => !open && onClose()}
      title={`Remove ${member?.name ?? 'the member'}`}
      description="Their sessions, personal tokens, links and invitations end at once. What they set up stays: connections, sources, service tokens. You can invite them again."
    >
      {remove.error && <ProblemView error={remove.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Keep them</DialogClose>
        <Button
          variant="danger"
          disabled={remove.isPending}
          onClick={() => member && remove.mutate(member.id)}
        >
          Remove
        </Button>
      </DialogActions>
    </Dialog>
  );
}
