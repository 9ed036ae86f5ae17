import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Unplug } from 'lucide-react';
import { Empty } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';

/** In place of a page that failed. */
export function PageError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="mx-auto w-full max-w-3xl p-8 max-sm:p-4">
      <title>Problem · Mooring</title>
      <ProblemView error={error} onRetry={() => router.invalidate()} />
    </div>
  );
}

/** In place of everything, where not even the frame of the pages can be shown. */
export const ShellError = (props: ErrorComponentProps) => (
  <main>
    <h1 className="sr-only">Mooring</h1>
    <PageError {...props} />
  </main>
);

/** While the code of a page is on its way. */
export const PagePending = () => (
  <div className="mx-auto w-full max-w-4xl p-8 max-sm:p-4">
    <SkeletonRows rows={6} />
  </div>
);

export const PageMissing = () => (
  <main>
    <h1 className="sr-only">No such page</h1>
    <Empty
      icon={Unplug}
      title="There is no such page"
      action={
        <Link to="/" className={buttonStyle({ variant: 'primary' })}>
          Go to the assets
        </Link>
      }
    >
      <title>No such page · Mooring</title>
      <p>Perhaps the address was not copied completely.</p>
    </Empty>
  </main>
);
