import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from '@/api/client.ts';
import { Toaster } from '@/components/ui/toast.tsx';
import { createAppRouter } from '@/router.tsx';
import { secretIn } from '@/storage-kind.ts';
import '@/styles.css';

// A secret in the address that the page was opened with goes before anything else reads it.
const query = new URLSearchParams(window.location.search);
const clean = [...query].filter(([, value]) => secretIn(value) === null);
if (clean.length < query.size) {
  const { pathname, hash } = window.location;
  const rest = clean.length > 0 ? `?${new URLSearchParams(clean)}` : '';
  window.history.replaceState(null, '', `${pathname}${rest}${hash}`);
}

const queryClient = createQueryClient(() => {
  const { location } = router.state;
  if (location.pathname === '/sign-in') return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { next: location.href } });
});
const router = createAppRouter(queryClient);

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toaster />
    </QueryClientProvider>
  </StrictMode>,
);
