import type { KeyboardEvent } from 'react';

/** Up and down go through what is open, as in every tree. */
export function moveInTree(event: KeyboardEvent<HTMLElement>) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const level = (item: HTMLElement | undefined) => Number(item?.ariaLevel ?? 1);
  const target = (): HTMLElement | undefined => {
    switch (event.key) {
      case 'ArrowDown':
        return items[at + 1];
      case 'ArrowUp':
        return items[at - 1];
      case 'Home':
        return items[0];
      case 'End':
        return items.at(-1);
      case 'ArrowRight':
        return level(items[at + 1]) > level(items[at]) ? items[at + 1] : undefined;
      case 'ArrowLeft':
        return items.slice(0, at).findLast(item => level(item) < level(items[at]));
    }
  };
  if (at === -1 || !/^(Arrow|Home$|End$)/.test(event.key)) return;
  event.preventDefault();
  target()?.focus();
}
