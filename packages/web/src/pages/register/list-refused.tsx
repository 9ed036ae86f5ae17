import { ManifestError } from '@mooring/manifest';
import { ProblemView } from '@/components/problem.tsx';

/** Why a list cannot be read. */
export function ListRefused({ error }: { error: Error }) {
  const known = reasonOf(error);
  if (!known) return <ProblemView error={error} />;
  return (
    <div role="alert" className="grid gap-1.5 rounded-lg bg-bad-soft p-4">
      <p className="font-semibold text-bad">This list cannot be read</p>
      <p className="break-words">{known.message}</p>
      <p className="text-muted">{known.fix}</p>
    </div>
  );
}

function reasonOf(error: Error): { message: string; fix: string } | null {
  if (error instanceof ManifestError) return error;
  // https://w3c.github.io/FileAPI/#ErrorAndException
  if (error.name !== 'NotReadableError' && error.name !== 'NotFoundError') return null;
  return { message: 'The file was changed or moved after it was chosen.', fix: 'Choose it again.' };
}
