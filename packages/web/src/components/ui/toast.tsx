import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { Button } from './button.tsx';

const toasts = Base.createToastManager();

/** Says in a corner that something was done; it goes away by itself. */
export function toast(title: string, description?: string): void {
  toasts.add({ title, ...(description ? { description } : {}), timeout: 6000 });
}

function List() {
  const { toasts: shown } = Base.useToastManager();
  return shown.map(item => (
    <Base.Root
      key={item.id}
      toast={item}
      className="mt-2 rounded-md border bg-raised shadow-float transition-[opacity,translate] duration-200 ease-out data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Base.Content className="flex items-start gap-3 py-2.5 pr-2 pl-4">
        <div className="min-w-0 flex-1 py-1">
          <Base.Title className="font-medium" render={<p />} />
          <Base.Description className="text-muted" />
        </div>
        <Base.Close render={<Button variant="ghost" size="icon-sm" aria-label="Dismiss" />}>
          <X aria-hidden />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}

export function Toaster() {
  return (
    <Base.Provider toastManager={toasts}>
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-60 w-[min(22rem,calc(100vw-2rem))] max-md:bottom-20">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
