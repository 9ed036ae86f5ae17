import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { Name } from '@/components/name.tsx';
import { useFolderPath } from './folders.ts';

const LINK = 'truncate rounded-sm text-muted hover:text-ink';

/** The way from all assets to the folder that is shown. */
export function Breadcrumbs({
  folder,
  linkTo,
}: {
  folder: string | undefined;
  linkTo: (folderId: string | undefined) => Pick<LinkProps, 'to' | 'search'>;
}) {
  const path = useFolderPath(folder);
  return (
    <nav aria-label="Folder path" className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-0.5 text-base">
        <li className="flex shrink-0 items-center">
          {folder === undefined ? (
            <h1 className="font-semibold">Assets</h1>
          ) : (
            <Link {...linkTo(undefined)} className={LINK}>
              Assets
            </Link>
          )}
        </li>
        {folder !== undefined && path.length === 0 && (
          <li className="sr-only">
            <h1>Folder</h1>
          </li>
        )}
        {path.map((step, i) => {
          const isLast = i === path.length - 1;
          return (
            <li key={step.id} className={isLast ? 'flex min-w-16 items-center' : 'flex min-w-8 items-center'}>
              <ChevronRight aria-hidden className="size-3.5 shrink-0 text-muted" />
              {isLast ? (
                <h1 aria-current="page" className="flex min-w-0 font-semibold">
                  <Name text={step.name} />
                </h1>
              ) : (
                <Link {...linkTo(step.id)} className={`${LINK} flex min-w-0`}>
                  <Name text={step.name} />
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
