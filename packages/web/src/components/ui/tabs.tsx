import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface TabItem {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

export function Tabs({ label, items }: { label: string; items: TabItem[] }) {
  return (
    <Base.Root defaultValue={items[0]?.value}>
      <Base.List aria-label={label} className="relative flex gap-4 border-b">
        {items.map(({ value, label: text }) => (
          <Base.Tab
            key={value}
            value={value}
            className="h-9 text-sm text-muted outline-offset-[-2px] hover:text-ink data-active:font-medium data-active:text-ink max-sm:h-11"
          >
            {text}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-[-1px] left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) bg-accent transition-[translate,width] duration-150" />
      </Base.List>
      {items.map(({ value, content }) => (
        <Base.Panel key={value} value={value} className="pt-3">
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
