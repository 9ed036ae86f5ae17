import { CopyButton } from './copy.tsx';

/** A secret that no other answer will show again, to copy. `what` names it, e.g. `token`. */
export const ShownOnce = ({ secret, what }: { secret: string; what: string }) => (
  <div className="flex items-center gap-2 rounded-md bg-sunken py-2 pr-2 pl-3 ring-1 ring-line ring-inset">
    <code className="min-w-0 flex-1 font-mono text-sm break-all select-all">{secret}</code>
    <CopyButton text={secret} what={what} variant="secondary">
      Copy
    </CopyButton>
  </div>
);
