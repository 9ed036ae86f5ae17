import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface TabItem {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

/** Panels of which one is seen. Without `value` it begins with the first and keeps the choice to itself. */
export function Tabs({
  label,
  items,
  value,
  onChange,
}: {
  label: string;
  items: TabItem[];
  value?: string;
  onChange?: (value: string) => void;
}) {
  const state =
    value === undefined
      ? { defaultValue: items[0]?.value }
      : { value, onValueChange: (to: string) => onChange?.(to) };
  return (
    <Base.Root {...state}>
      {/* It scrolls where there is no room; the padding keeps its indicator in sight. */}
      <Base.List
        aria-label={label}
        className="relative flex gap-4 overflow-x-auto max-sm:gap-3 overflow-y-hidden border-b pb-px print:hidden"
      >
        {items.map(({ value, label: text }) => (
          <Base.Tab
            key={value}
            value={value}
            className="h-9 shrink-0 text-sm text-muted outline-offset-[-2px] hover:text-ink data-active:font-medium data-active:text-ink max-sm:h-11"
          >
            {text}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) bg-accent transition-[translate,width] duration-150" />
      </Base.List>
      {items.map(({ value, content }) => (
        <Base.Panel key={value} value={value} className="pt-3">
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
