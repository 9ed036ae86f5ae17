import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from '@/api/client.ts';
import { Toaster } from '@/components/ui/toast.tsx';
import { createAppRouter } from '@/router.tsx';
import '@/styles.css';

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
