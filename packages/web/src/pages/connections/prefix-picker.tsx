import type { BrowsePage, Connection } from '@mooring/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronRight, CornerLeftUp, File, Folder } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { client } from '@/api/client.ts';
import { Name } from '@/components/name.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { formatBytes } from '@/format/numbers.ts';
import { levelsOf, parentPrefix } from './source-draft.ts';
import { useSettled } from './use-settled.ts';

const ROW = 'flex h-9 w-full items-center gap-2.5 rounded-md px-2 text-left max-sm:h-11';

/** Looks around in the container: opening a folder chooses it. By keyboard too, as in a file dialog. */
export function PrefixPicker({
  connection,
  prefix,
  onChange,
}: {
  connection: Connection;
  prefix: string;
  onChange: (prefix: string) => void;
}) {
  const { container, prefix: root } = connection.location;
  const settled = useSettled(prefix, prefix.endsWith('/') || prefix === '');
  const at = settled.startsWith(root) ? settled : root;
  const level = useLevel(connection.id, at);
  const list = useRef<HTMLUListElement>(null);
  const parent = parentPrefix(prefix, root);
  const open = (next: string) => {
    onChange(next);
    list.current?.focus();
  };
  const pages = level.data?.pages ?? [];
  const folders = pages.flatMap(page => page.prefixes);
  const objects = pages.flatMap(page => page.objects);
  const isEmpty = level.data !== undefined && folders.length + objects.length === 0 && !level.hasNextPage;
  return (
    <div className="grid min-w-0 gap-1 rounded-lg border p-2">
      <Way container={container} root={root} prefix={prefix} onOpen={open} />
      {level.error && <ProblemView error={level.error} onRetry={() => level.refetch()} />}
      <ul
        ref={list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the focus stays here while another level is fetched
        tabIndex={0}
        aria-label={`In ${container}${prefix && ` / ${prefix}`}`}
        aria-busy={level.isFetching}
        onKeyDown={event => {
          if (event.key === 'Backspace' || event.key === 'ArrowLeft') {
            if (parent !== null) open(parent);
            event.preventDefault();
          } else moveInList(event);
        }}
        className="relative max-h-80 min-h-24 overflow-y-auto outline-offset-[-2px]"
      >
        {parent !== null && (
          <li>
            <button type="button" className={`${ROW} text-muted hover:bg-hover`} onClick={() => open(parent)}>
              <CornerLeftUp aria-hidden className="size-4 shrink-0" />
              One level up
            </button>
          </li>
        )}
        {folders.map(folder => (
          <li key={folder}>
            <button
              type="button"
              data-folder
              className={`${ROW} hover:bg-hover`}
              onClick={() => open(folder)}
            >
              <Folder aria-hidden className="size-4 shrink-0 text-accent" />
              <span className="flex min-w-0 flex-1">
                <Name text={folder.slice(at.lastIndexOf('/') + 1, -1) || '/'} />
              </span>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
            </button>
          </li>
        ))}
        {objects.map(({ key, sizeBytes }) => (
          <li key={key} className={`${ROW} text-muted`}>
            <File aria-hidden className="size-4 shrink-0" />
            <span className="flex min-w-0 flex-1">
              <Name text={key.slice(at.lastIndexOf('/') + 1)} />
            </span>
            <span className="text-sm whitespace-nowrap">{formatBytes(sizeBytes)}</span>
          </li>
        ))}
        {level.isPending && !level.error && <Placeholders />}
        {isEmpty && <li className="px-2 py-3 text-sm text-muted">Nothing begins with this prefix yet.</li>}
        {level.hasNextPage && (
          <li className="py-1">
            <Button
              variant="ghost"
              size="sm"
              disabled={level.isFetchingNextPage}
              onClick={() => void level.fetchNextPage()}
            >
              {level.isFetchingNextPage ? 'Loading…' : 'Load more'}
            </Button>
          </li>
        )}
      </ul>
    </div>
  );
}

/** The way from the container down to where one is. */
function Way({
  container,
  root,
  prefix,
  onOpen,
}: {
  container: string;
  root: string;
  prefix: string;
  onOpen: (prefix: string) => void;
}) {
  const levels = [{ name: `${container}${root && ` / ${root}`}`, prefix: root }, ...levelsOf(prefix, root)];
  return (
    <nav aria-label="Way in the container">
      <ol className="flex flex-wrap items-center gap-y-1 border-b px-1 pb-2 text-sm">
        {levels.map((level, i) => (
          <li key={level.prefix} className="flex min-w-0 items-center">
            {i > 0 && <ChevronRight aria-hidden className="size-3.5 shrink-0 text-muted" />}
            <button
              type="button"
              aria-current={level.prefix === prefix ? 'location' : undefined}
              className={`flex min-w-0 rounded-sm px-1 py-0.5 hover:bg-hover ${level.prefix === prefix ? 'font-semibold' : 'text-muted'}`}
              onClick={() => onOpen(level.prefix)}
            >
              <Name text={level.name} />
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

const Placeholders = () =>
  ['w-40', 'w-56', 'w-32'].map(width => (
    <li key={width} className={ROW}>
      <Skeleton className="size-4" />
      <Skeleton className={`h-4 ${width}`} />
    </li>
  ));

function useLevel(connectionId: string, prefix: string) {
  return useInfiniteQuery({
    queryKey: ['browse', connectionId, prefix],
    queryFn: ({ pageParam, signal }): Promise<BrowsePage> =>
      client.call('browseConnection', {
        params: { connectionId },
        query: { prefix, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    staleTime: 30_000,
  });
}

/** Up and down go through what can be opened; right opens. */
function moveInList(event: KeyboardEvent<HTMLElement>) {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const targets: Partial<Record<string, HTMLElement | undefined>> = {
    ArrowDown: buttons[at + 1],
    ArrowUp: buttons[Math.max(0, at - 1)],
    Home: buttons[0],
    End: buttons.at(-1),
  };
  if (event.key === 'ArrowRight') {
    if (at !== -1 && 'folder' in buttons[at]!.dataset) buttons[at]!.click();
  } else if (event.key in targets) {
    targets[event.key]?.focus();
  } else return;
  event.preventDefault();
}
