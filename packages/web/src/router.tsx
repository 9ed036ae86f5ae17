import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router';
import { isUnauthenticated } from '@/api/client.ts';
import { identityQuery } from '@/api/queries.ts';
import { PageError, PageMissing, PagePending, ShellError } from '@/app/page-states.tsx';
import { Shell } from '@/app/shell.tsx';
import { readAssetSearch } from '@/pages/assets/search.ts';
import { readAuditSearch } from '@/pages/audit/search.ts';
import { readWizardSearch } from '@/pages/connections/new/search.ts';
import { readSignInSearch } from '@/pages/sign-in/search.ts';
import { secretIn } from '@/storage-kind.ts';

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: PageMissing,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: lazyRouteComponent(() => import('@/pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join',
  component: lazyRouteComponent(() => import('@/pages/join/join-page.tsx'), 'JoinPage'),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup/$token',
  component: lazyRouteComponent(() => import('@/pages/setup/setup-page.tsx'), 'SetupPage'),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(identityQuery);
    } catch (error) {
      if (!isUnauthenticated(error)) throw error;
      throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { next: location.href } });
    }
  },
  component: Shell,
  errorComponent: ShellError,
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/assets', replace: true });
  },
});

const assetsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/assets',
  validateSearch: readAssetSearch,
  component: lazyRouteComponent(() => import('@/pages/assets/assets-page.tsx'), 'AssetsPage'),
});

const assetRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/assets/$assetId',
  validateSearch: readAssetSearch,
  component: lazyRouteComponent(() => import('@/pages/asset/asset-page.tsx'), 'AssetPage'),
});

const connectionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/connections',
  component: lazyRouteComponent(() => import('@/pages/connections/connections-page.tsx'), 'ConnectionsPage'),
});

const newConnectionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/connections/new',
  validateSearch: readWizardSearch,
  component: lazyRouteComponent(() => import('@/pages/connections/new/wizard-page.tsx'), 'WizardPage'),
});

const connectionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/connections/$connectionId',
  component: lazyRouteComponent(() => import('@/pages/connections/connection-page.tsx'), 'ConnectionPage'),
});

const datasetsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets',
  component: lazyRouteComponent(() => import('@/pages/datasets/datasets-page.tsx'), 'DatasetsPage'),
});

const datasetRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId',
  component: lazyRouteComponent(() => import('@/pages/datasets/dataset-page.tsx'), 'DatasetPage'),
});

const operationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/operations',
  component: lazyRouteComponent(() => import('@/pages/operations/operations-page.tsx'), 'OperationsPage'),
});

const operationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/operations/$operationId',
  component: lazyRouteComponent(() => import('@/pages/operations/operation-page.tsx'), 'OperationPage'),
});

const sourceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sources/$sourceId',
  component: lazyRouteComponent(() => import('@/pages/sources/source-page.tsx'), 'SourcePage'),
});

const registerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/register',
  component: lazyRouteComponent(() => import('@/pages/register/register-page.tsx'), 'RegisterPage'),
});

const whyNotRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/why-not',
  component: lazyRouteComponent(() => import('@/pages/why-not/why-not-page.tsx'), 'WhyNotPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/people',
  component: lazyRouteComponent(() => import('@/pages/people/people-page.tsx'), 'PeoplePage'),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('@/pages/audit/audit-page.tsx'), 'AuditPage'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  joinRoute,
  setupRoute,
  shellRoute.addChildren([
    homeRoute,
    assetsRoute,
    assetRoute,
    connectionsRoute,
    newConnectionRoute,
    connectionRoute,
    sourceRoute,
    registerRoute,
    datasetsRoute,
    datasetRoute,
    operationsRoute,
    operationRoute,
    whyNotRoute,
    settingsRoute,
    peopleRoute,
    auditRoute,
  ]),
]);

const stringifySearch = stringifySearchWith(String);
/** Nothing secret gets into an address, from where it would go into histories and logs. */
const withoutSecrets = (search: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => secretIn(String(value)) === null));

export const createAppRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: PageError,
    defaultPendingComponent: PagePending,
    defaultPendingMs: 300,
    // Everything in our addresses is text: no JSON in them.
    parseSearch: parseSearchWith(text => text),
    stringifySearch: search => stringifySearch(withoutSecrets(search)),
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
