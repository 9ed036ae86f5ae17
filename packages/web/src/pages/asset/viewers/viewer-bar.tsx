import type { LucideIcon } from 'lucide-react';
import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button.tsx';

/** The tools of a viewer, below what it shows. */
export const ViewerBar = ({ children }: { children: ReactNode }) => (
  <div
    role="toolbar"
    aria-label="Viewer"
    className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-1 border-t bg-raised px-2 py-1 text-sm max-sm:justify-center"
  >
    {children}
  </div>
);

interface ToolProps {
  label: string;
  icon: LucideIcon;
  /** As it is printed on the keyboard. */
  hotkey?: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

/** One tool, with its key. */
export const Tool = ({ label, icon: Icon, hotkey, pressed, disabled = false, onClick }: ToolProps) => (
  <Button
    variant="ghost"
    size="icon"
    aria-label={label}
    title={hotkey ? `${label} (${hotkey})` : label}
    {...(hotkey && { 'aria-keyshortcuts': hotkey })}
    {...(pressed !== undefined && { 'aria-pressed': pressed })}
    disabled={disabled}
    onClick={onClick}
  >
    <Icon aria-hidden />
  </Button>
);

/** While a viewer or what it shows is on its way. */
export const Opening = ({ children = 'Opening…' }: { children?: ReactNode }) => (
  <div
    role="status"
    className="absolute inset-0 grid place-content-center justify-items-center gap-2 bg-sunken text-muted"
  >
    <LoaderCircle aria-hidden className="size-6 animate-spin" />
    {children}
  </div>
);
