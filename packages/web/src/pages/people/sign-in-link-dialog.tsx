import type { Member } from '@mooring/contract';
import { useMutation } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { ProblemView } from '@/components/problem.tsx';
import { ShownOnce } from '@/components/shown-once.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';

/** A link with which a member signs in, for one who has no session any more. */
export const SignInLinkDialog = ({ member, onClose }: { member: Member | null; onClose: () => void }) => (
  <Dialog
    open={member !== null}
    onOpenChange={open => !open && onClose()}
    title={`Sign-in link for ${member?.name ?? 'the member'}`}
    description="It signs in as this person, once, within an hour. The audit records that you made it."
  >
    {member && <Content member={member} />}
  </Dialog>
);

function Content({ member }: { member: Member }) {
  const make = useMutation({
    mutationFn: () => client.call('createSignInLink', { body: { memberId: member.id } }),
  });
  return (
    <>
      {make.error && <ProblemView error={make.error} />}
      {make.data ? (
        <div className="grid gap-3">
          <p>
            Copy it now: it is not shown again. It ends <Time at={make.data.expiresAt} />.
          </p>
          <ShownOnce secret={make.data.url} what="link" />
        </div>
      ) : null}
      <DialogActions>
        <DialogClose render={<Button variant={make.data ? 'primary' : 'secondary'} />}>
          {make.data ? 'Done' : 'Cancel'}
        </DialogClose>
        {!make.data && (
          <Button variant="primary" disabled={make.isPending} onClick={() => make.mutate()}>
            Make the link
          </Button>
        )}
      </DialogActions>
    </>
  );
}
