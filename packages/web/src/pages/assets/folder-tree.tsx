import type { Folder } from '@mooring/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronRight, Folder as FolderIcon, FolderOpen, Images } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Name } from '@/components/name.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { cn } from '@/components/ui/cn.ts';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatCount, formatUnits } from '@/format/numbers.ts';
import { childFoldersQuery, sumOf, topFoldersQuery, useFolderPath } from './folders.ts';
import { moveInTree } from './tree-keys.ts';

interface TreeProps {
  current: string | undefined;
  /** Where a folder's link leads; undefined is all assets. */
  linkTo: (folderId: string | undefined) => Pick<LinkProps, 'to' | 'search'>;
  onChoose?: () => void;
}

/** The tree of folders, fetched as it is opened, with how many assets lie below each. */
export function FolderTree({ current, linkTo, onChoose }: TreeProps) {
  const top = useQuery(topFoldersQuery);
  const path = useFolderPath(current);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());

  // The way to the folder that is shown is open.
  const pathKey = path.map(({ id }) => id).join();
  useEffect(() => {
    if (pathKey === '') return;
    setOpen(was => new Set([...was, ...pathKey.split(',').slice(0, -1)]));
  }, [pathKey]);

  const toggle = (id: string, isOpen: boolean) =>
    setOpen(was => {
      const next = new Set(was);
      if (isOpen) next.add(id);
      else next.delete(id);
      return next;
    });

  if (top.error) return <ProblemView error={top.error} onRetry={() => top.refetch()} />;
  if (!top.data) return <SkeletonRows rows={4} className="gap-1.5 px-1" />;
  const isAtHome = current === undefined;
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: HTML has no element for trees
    <ul role="tree" aria-label="Folders" onKeyDown={moveInTree} className="grid">
      <li role="none">
        <Row isCurrent={isAtHome} depth={0}>
          <span className="w-5" />
          <Link
            {...linkTo(undefined)}
            role="treeitem"
            aria-selected={isAtHome}
            tabIndex={isAtHome ? 0 : -1}
            onClick={onChoose}
            className={LINK}
          >
            <Images aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="flex-1">All assets</span>
            <Count value={sumOf(top.data)} />
          </Link>
        </Row>
      </li>
      {top.data.map(folder => (
        <Branch
          key={folder.id}
          folder={folder}
          depth={0}
          current={current}
          linkTo={linkTo}
          open={open}
          onToggle={toggle}
          {...(onChoose ? { onChoose } : {})}
        />
      ))}
    </ul>
  );
}

const LINK = 'flex h-full min-w-0 flex-1 items-center gap-2 rounded-sm pr-2 outline-offset-[-2px]';

function Row({ isCurrent, depth, children }: { isCurrent: boolean; depth: number; children: ReactNode }) {
  return (
    <div
      className={cn(
        'flex h-8 items-center rounded-md text-sm max-md:h-11 max-md:text-base',
        isCurrent ? 'bg-accent-soft font-medium' : 'hover:bg-hover',
      )}
      style={{ paddingLeft: 4 + Math.min(depth, 12) * 14 }}
    >
      {children}
    </div>
  );
}

const Count = ({ value }: { value: number }) => (
  <span className="shrink-0 pl-1 text-xs font-normal text-muted">
    <span aria-hidden>{formatCount(value)}</span>
    <span className="sr-only">, {formatUnits(value, 'asset')}</span>
  </span>
);

interface BranchProps extends TreeProps {
  folder: Folder;
  depth: number;
  open: ReadonlySet<string>;
  onToggle: (id: string, isOpen: boolean) => void;
}

function Branch({ folder, depth, open, onToggle, current, linkTo, onChoose }: BranchProps) {
  const hasChildren = folder.childCount > 0;
  const isOpen = hasChildren && open.has(folder.id);
  const isCurrent = current === folder.id;
  const Icon = isOpen ? FolderOpen : FolderIcon;
  return (
    <li role="none">
      <Row isCurrent={isCurrent} depth={depth}>
        {hasChildren ? (
          // Keyboards open with the right arrow, readers hear aria-expanded: the button is for pointers.
          <button
            type="button"
            aria-hidden
            tabIndex={-1}
            onClick={() => onToggle(folder.id, !isOpen)}
            className="grid h-full w-5 shrink-0 place-items-center text-muted max-md:w-9"
          >
            <ChevronRight className={cn('size-3.5', isOpen && 'rotate-90')} />
          </button>
        ) : (
          <span className="w-5 shrink-0 max-md:w-9" />
        )}
        <Link
          {...linkTo(folder.id)}
          role="treeitem"
          aria-level={depth + 1}
          aria-selected={isCurrent}
          aria-expanded={hasChildren ? isOpen : undefined}
          tabIndex={isCurrent ? 0 : -1}
          onClick={onChoose}
          onKeyDown={event => {
            if (event.key === 'ArrowRight' && hasChildren && !isOpen) onToggle(folder.id, true);
            else if (event.key === 'ArrowLeft' && isOpen) onToggle(folder.id, false);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
          className={LINK}
        >
          <Icon aria-hidden className="size-4 shrink-0 text-muted" />
          <Name text={folder.name} className="flex-1" />
          <Count value={folder.total.assets} />
        </Link>
      </Row>
      {isOpen && (
        <Children
          folder={folder}
          depth={depth + 1}
          open={open}
          onToggle={onToggle}
          current={current}
          linkTo={linkTo}
          {...(onChoose ? { onChoose } : {})}
        />
      )}
    </li>
  );
}

function Children({ folder, ...branch }: BranchProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    childFoldersQuery(folder.id),
  );
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows rows={Math.min(folder.childCount, 5)} className="gap-1 py-1 pl-6" />;
  const shown = data.pages.flatMap(({ items }) => items);
  return (
    <ul role="group">
      {shown.map(child => (
        <Branch key={child.id} folder={child} {...branch} />
      ))}
      {hasNextPage && (
        <li role="none" className="py-1 pl-8">
          <Button size="sm" variant="ghost" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Show more of {formatCount(folder.childCount)}
          </Button>
        </li>
      )}
    </ul>
  );
}
