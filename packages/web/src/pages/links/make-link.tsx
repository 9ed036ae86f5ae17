import type { LinkCreate } from '@mooring/contract';
import { Link2 } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '@/app/use-may.ts';
import { Button } from '@/components/ui/button.tsx';
import { CreateLinkDialog } from './create-link-dialog.tsx';

/** A button that makes a link, for those who may. `what` says what the link opens. */
export function MakeLink({ scope, what }: { scope: LinkCreate['scope']; what: string }) {
  const [isOpen, setOpen] = useState(false);
  if (!useMay('links.change')) return null;
  return (
    <>
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label="Make a link for other tools"
        title="Make a link for other tools"
        onClick={() => setOpen(true)}
      >
        <Link2 aria-hidden />
      </Button>
      <CreateLinkDialog scope={scope} what={what} open={isOpen} onOpenChange={setOpen} />
    </>
  );
}
