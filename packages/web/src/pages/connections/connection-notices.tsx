import type { Connection, ConnectionWarning } from '@mooring/contract';
import { CircleMinus, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Sentence } from '@/components/sentence.tsx';
import { Button } from '@/components/ui/button.tsx';
import { kindOf } from '@/storage-kind.ts';
import { replaceWords } from './replace-credential-dialog.tsx';

interface Props {
  connection: Connection;
  onReplace: () => void;
  /** Shows what remains to be revoked. */
  onRevoke: () => void;
}

/** What of a connection needs attention, before everything else: what will end, or that it is unlinked. */
export function ConnectionNotices({ connection, onReplace, onRevoke }: Props) {
  const { status, warnings } = connection;
  if (status === 'unlinked') {
    return (
      <Notice
        icon={<CircleMinus aria-hidden className="mt-0.5 size-4.5 shrink-0 text-muted" />}
        tone="bg-sunken"
      >
        <p className="font-semibold">This connection is unlinked</p>
        <p>
          Mooring no longer uses it and has forgotten its credential. Its assets stay in the catalogue, but
          cannot be shown.
        </p>
        <p className="mt-1 flex flex-wrap gap-2">
          <Button size="sm" onClick={onReplace}>
            {replaceWords(connection)}
          </Button>
          <Button size="sm" onClick={onRevoke}>
            What remains in {kindOf(connection.provider).words.cloud}
          </Button>
        </p>
      </Notice>
    );
  }
  if (warnings.length === 0) return null;
  return (
    <div className="grid gap-3">
      {warnings.map(warning => (
        <Notice
          key={warning.code}
          icon={<TriangleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-warn" />}
          tone="bg-warn-soft"
        >
          <p className="font-semibold">{TITLES[warning.code]}</p>
          <p className="break-words">
            <Sentence text={warning.message} />
          </p>
          <p className="break-words">
            <span className="font-medium">What to do: </span>
            <Sentence text={warning.fix} />
          </p>
          <p className="mt-1">
            <Button size="sm" onClick={onReplace}>
              {replaceWords(connection)}
            </Button>
          </p>
        </Notice>
      ))}
    </div>
  );
}

const TITLES: Record<ConnectionWarning['code'], string> = {
  credential_expires: 'The credential ends soon',
  credential_expired: 'The credential has ended',
  delivery_credential_expires: 'The delivery token ends soon',
  too_broad: 'The token allows more than is needed',
};

const Notice = ({ icon, tone, children }: { icon: ReactNode; tone: string; children: ReactNode }) => (
  <aside className={`flex max-w-4xl gap-3 rounded-lg p-4 ${tone}`}>
    {icon}
    <div className="grid min-w-0 flex-1 gap-1">{children}</div>
  </aside>
);
