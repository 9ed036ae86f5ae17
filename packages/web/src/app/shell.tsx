import { type Action, may } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps, Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { Activity, Cable, Images, Keyboard, Layers, type LucideIcon, Settings } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { identityQuery } from '@/api/queries.ts';
import { DownloadPresence } from '@/app/download-presence.tsx';
import { type Keys, useKeys } from '@/app/keys.ts';
import { KeysDialog } from '@/app/keys-dialog.tsx';
import { Logo } from '@/app/logo.tsx';
import { OfflineNotice } from '@/app/offline-notice.tsx';
import { OperationPresence, useOperationEnds, useUnderWay } from '@/app/operation-presence.tsx';
import { Button } from '@/components/ui/button.tsx';
import { formatUnits } from '@/format/numbers.ts';

interface Place {
  to: NonNullable<LinkProps['to']>;
  name: string;
  icon: LucideIcon;
  /** What one must be allowed to have a use for it. */
  action?: Action;
}
const PLACES: Place[] = [
  { to: '/assets', name: 'Assets', icon: Images },
  { to: '/datasets', name: 'Datasets', icon: Layers },
  { to: '/connections', name: 'Connections', icon: Cable },
  { to: '/operations', name: 'Operations', icon: Activity, action: 'operations.see' },
  { to: '/settings', name: 'Settings', icon: Settings },
];

/** What stands around every page: the places, what is going on, and the page itself. */
export function Shell() {
  const [keysShown, setKeysShown] = useState(false);
  const navigate = useNavigate();
  useOperationEnds();
  useFocusOnNewPage();
  useKeys(
    useMemo<Keys>(
      () => [
        ['?', () => setKeysShown(true)],
        [
          '/',
          () => {
            const search = document.querySelector<HTMLInputElement>('[data-asset-search]');
            if (search) search.focus();
            else void navigate({ to: '/assets', hash: 'search' });
          },
        ],
      ],
      [navigate],
    ),
  );

  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-60"
      >
        Skip to the content
      </a>
      <Rail onKeys={() => setKeysShown(true)} />
      <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
        <OfflineNotice />
        <DownloadPresence />
        <div className="min-h-0 flex-1">
          <Outlet />
        </div>
      </main>
      <BottomBar />
      <KeysDialog open={keysShown} onOpenChange={setKeysShown} />
    </div>
  );
}

/** The places that the person who is signed in has a use for. */
function usePlaces(): Place[] {
  const { data: identity } = useQuery(identityQuery);
  return PLACES.filter(({ action }) => !action || (identity && may(identity, action)));
}

function Rail({ onKeys }: { onKeys: () => void }) {
  const { data: identity } = useQuery(identityQuery);
  const places = usePlaces();
  return (
    <header className="flex w-52 shrink-0 flex-col gap-1 border-r bg-sunken p-3 max-md:hidden">
      <Link
        to="/"
        className="mb-3 flex items-center gap-2 rounded-md px-2 py-1.5 text-lg font-semibold tracking-tight"
      >
        <Logo className="size-5 text-accent" />
        Mooring
      </Link>
      <nav aria-label="Places" className="grid gap-0.5">
        {places.map(({ to, name, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            className="flex h-8 items-center gap-2.5 rounded-md px-2 text-muted hover:bg-hover hover:text-ink"
            activeProps={{ className: 'bg-hover font-medium !text-ink' }}
            activeOptions={{ exact: false, includeSearch: false }}
          >
            <Icon aria-hidden className="size-4.5 shrink-0" />
            {name}
          </Link>
        ))}
      </nav>
      <div className="mt-auto grid gap-2">
        <OperationPresence />
        <div className="flex items-center justify-between gap-2 pl-2 text-sm text-muted">
          <span className="min-w-0 truncate" title={identity?.workspace.name}>
            {identity?.workspace.name}
          </span>
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts"
            onClick={onKeys}
          >
            <Keyboard aria-hidden />
          </Button>
        </div>
      </div>
    </header>
  );
}

/** On a phone. */
function BottomBar() {
  const running = useUnderWay().length;
  const places = usePlaces();
  return (
    <nav
      aria-label="Places"
      className="grid shrink-0 auto-cols-fr grid-flow-col border-t bg-sunken pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="relative grid h-14 place-content-center justify-items-center gap-0.5 text-xs text-muted outline-offset-[-3px]"
          activeProps={{ className: '!text-accent font-medium' }}
          activeOptions={{ exact: false, includeSearch: false }}
        >
          <span className="relative">
            <Icon aria-hidden className="size-5.5" />
            {to === '/operations' && running > 0 && (
              <span className="absolute -top-1 -right-2.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-[0.6875rem] leading-none font-semibold text-on-accent">
                <span aria-hidden>{running}</span>
                <span className="sr-only">{formatUnits(running, 'operation')} under way. </span>
              </span>
            )}
          </span>
          {name}
        </Link>
      ))}
    </nav>
  );
}

/** After a link to another page the focus would be lost: it goes to the page. */
function useFocusOnNewPage() {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged }) => {
        const { activeElement } = document;
        if (!pathChanged || (activeElement && activeElement !== document.body)) return;
        document.getElementById('main')?.focus({ preventScroll: true });
      }),
    [router],
  );
}
