import { LockKeyhole } from 'lucide-react';
import { Button } from '@/components/ui/button.tsx';
import { Input } from '@/components/ui/input.tsx';

/** Asks for the password of a PDF. It stays in this page. */
export const PdfPassword = ({
  wasWrong,
  onGiven,
}: {
  wasWrong: boolean;
  onGiven: (password: string) => void;
}) => (
  <form
    className="grid h-full place-content-center justify-items-center gap-3 p-6 text-center"
    action={data => onGiven(String(data.get('password')))}
  >
    <LockKeyhole aria-hidden className="size-14 text-muted" strokeWidth={1.25} />
    <p role="status" className="max-w-md text-balance">
      {wasWrong ? 'This password does not open the PDF.' : 'This PDF opens only with a password.'}
    </p>
    <div className="flex gap-2">
      <Input type="password" name="password" aria-label="Password of the PDF" autoComplete="off" required />
      <Button type="submit" variant="primary">
        Open
      </Button>
    </div>
  </form>
);
