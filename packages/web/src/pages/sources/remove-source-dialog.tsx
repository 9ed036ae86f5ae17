import type { Source } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client } from '@/api/client.ts';
import { sourceQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { formatUnits } from '@/format/numbers.ts';

export function RemoveSourceDialog({
  source,
  open,
  onOpenChange,
}: {
  source: Source;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.call('deleteSource', { params: { sourceId: source.id } }),
    onSuccess: async () => {
      await navigate({ to: '/connections/$connectionId', params: { connectionId: source.connectionId } });
      queryClient.removeQueries({ queryKey: sourceQuery(source.id).queryKey });
      toast('The source is no longer used', 'Its assets are being removed; see Operations.');
      await queryClient.invalidateQueries();
    },
  });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Remove the source"
      description={`${formatUnits(source.assetCount, 'asset')} and the source’s folders are removed from the catalogue, and stable links to them stop working. Nothing in the storage is touched: you can make the source again, and its assets come back under new ids.`}
    >
      {remove.error && <ProblemView error={remove.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Keep it</DialogClose>
        <Button variant="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {remove.isPending ? 'Removing…' : 'Remove the source'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
