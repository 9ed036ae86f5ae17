import { Button } from '@/components/ui/button.tsx';

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Below a list with the newest first, of which not all pages are there. */
export const ShowEarlier = ({ of }: { of: Pages }) =>
  of.hasNextPage && (
    <Button
      className="justify-self-start"
      disabled={of.isFetchingNextPage}
      onClick={() => void of.fetchNextPage()}
    >
      Show earlier
    </Button>
  );
