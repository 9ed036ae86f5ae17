import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';

/**
 * Asks before it removes one thing of a list.
 * @param thing what is removed; null: the dialog is closed
 * @param stale queries that show the list, which are asked again
 */
export function ConfirmDialog<T>({
  thing,
  title,
  description,
  children,
  keep = 'Keep it',
  action,
  remove,
  stale,
  onClose,
}: {
  thing: T | null;
  title: string;
  description: string;
  children?: ReactNode;
  keep?: string;
  action: string;
  remove: (thing: T) => Promise<unknown>;
  stale: readonly { queryKey: QueryKey }[];
  onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      onClose();
      await Promise.all(stale.map(({ queryKey }) => queryClient.invalidateQueries({ queryKey })));
    },
  });
  return (
    <Dialog
      open={thing !== null}
      onOpenChange={open => !open && onClose()}
      title={title}
      description={description}
    >
      {children}
      {removal.error && <ProblemView error={removal.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>{keep}</DialogClose>
        <Button
          variant="danger"
          disabled={removal.isPending}
          onClick={() => thing !== null && removal.mutate(thing)}
        >
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
