import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/components/ui/cn.ts';

/** A page that scrolls as a whole, with its title, what can be done, and its content below. */
export function Page({
  title,
  documentTitle,
  before,
  about,
  actions,
  wide = false,
  children,
}: {
  title: ReactNode;
  /** Where `title` is no text. */
  documentTitle?: string;
  before?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="relative h-full scroll-pb-24 overflow-y-auto">
      <title>{`${documentTitle ?? (typeof title === 'string' ? title : 'Page')} · Mooring`}</title>
      <div className="mx-auto max-w-6xl px-8 pt-7 pb-10 max-sm:px-4 max-sm:pt-5">
        <div className={cn('grid gap-7', !wide && 'max-w-4xl')}>
          <header className="grid gap-1">
            {before}
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
              <h1 className="min-w-0 text-xl font-semibold tracking-tight">{title}</h1>
              {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
            </div>
            {about && <div className="max-w-prose text-muted">{about}</div>}
          </header>
          {children}
        </div>
      </div>
    </div>
  );
}

/** A part of a page under a heading of its own. */
export function Section({
  title,
  about,
  actions,
  children,
}: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="grid gap-3">
      <div className="grid">
        <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h2 className="font-semibold">{title}</h2>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
        {about && <p className="max-w-prose text-muted">{about}</p>}
      </div>
      {children}
    </section>
  );
}

/** An empty place: what belongs here, and the button that brings it. */
export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 px-4 py-14 text-center">
      <span className="grid size-12 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon aria-hidden className="size-6" />
      </span>
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="grid gap-2 text-muted">{children}</div>
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
