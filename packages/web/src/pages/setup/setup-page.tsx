import { isSetupToken, type SharedSetup } from '@mooring/contract';
import { MooringApiError } from '@mooring/sdk';
import { joinSetup } from '@mooring/storage';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Check, Printer, Unlink, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { client } from '@/api/client.ts';
import { Logo } from '@/app/logo.tsx';
import { CopyButton } from '@/components/copy.tsx';
import { Empty } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Sentence } from '@/components/sentence.tsx';
import { useSetupFormat } from '@/components/setup/format.ts';
import { SetupCommands } from '@/components/setup/setup-commands.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatExact } from '@/format/time.ts';
import { kindOf } from '@/storage-kind.ts';

const route = getRouteApi('/setup/$token');

const setupQuery = (token: string) =>
  queryOptions({
    queryKey: ['setup', token],
    queryFn: ({ signal }) => client.call('getSetup', { params: { token }, signal }),
    enabled: isSetupToken(token),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What a setup link shows an administrator of the storage, who need not sign in to anything. */
export function SetupPage() {
  const { token } = route.useParams();
  const { data, error, refetch } = useQuery(setupQuery(token));
  return (
    <main className="mx-auto grid max-w-3xl gap-8 px-8 py-8 max-sm:px-4 max-sm:py-5 print:max-w-none print:p-0">
      {/* Every person with the address can open it, so no search engine may list it. */}
      <meta name="robots" content="noindex" />
      {data ? (
        <Setup setup={data} />
      ) : (
        <>
          <title>Set up storage for Mooring</title>
          <h1 className="sr-only">Set up storage for Mooring</h1>
          {isInvalid(token, error) ? (
            <Invalid />
          ) : error === null ? (
            <SkeletonRows rows={8} />
          ) : (
            <ProblemView error={error} onRetry={refetch} />
          )}
        </>
      )}
    </main>
  );
}

const isInvalid = (token: string, error: unknown): boolean =>
  !isSetupToken(token) || (error instanceof MooringApiError && error.code === 'setup_link_invalid');

const Invalid = () => (
  <Empty icon={Unlink} title="This link does not work">
    <p>It has expired, was revoked, or was not copied completely.</p>
    <p>Ask the sender for a new one. Links work for 14 days.</p>
  </Empty>
);

function Setup({ setup: { workspace, expiresAt, document } }: { setup: SharedSetup }) {
  const { words, ownership } = kindOf(document.provider);
  const { container } = document.location;
  const account = ownership.subject(document.location);
  const format = useSetupFormat(document.formats);
  return (
    <>
      <title>{`Set up ${account} for Mooring`}</title>
      <header className="grid gap-3">
        <p className="flex items-center gap-2 font-semibold text-muted">
          <Logo className="size-5 text-accent" />
          Mooring
        </p>
        <h1 className="max-w-prose text-xl font-semibold tracking-tight [overflow-wrap:anywhere]">
          {`You are asked to connect the ${words.container} ${container} of ${account} to Mooring`}
        </h1>
        <p className="max-w-prose text-muted [overflow-wrap:anywhere]">
          {`The workspace “${workspace}” of ${window.location.host} asks. The data stays where it is: Mooring lists it, and lets people see it through short-lived URLs. Below is everything that you have to do, for the tool of your choice. You need no account here, and nothing happens until you run the commands.`}
        </p>
        <div className="flex flex-wrap items-center gap-2 print:hidden">
          <CopyButton text={joinSetup(document, format)} what="whole text" variant="secondary" size="md">
            Copy everything
          </CopyButton>
          <Button onClick={() => window.print()}>
            <Printer aria-hidden />
            Print
          </Button>
        </div>
      </header>
      <div className="grid gap-6 sm:grid-cols-2 print:grid-cols-2">
        <Abilities
          title="It will be able to"
          sentences={document.can}
          mark={<Check aria-hidden className={`${MARK} text-good`} />}
        />
        <Abilities
          title="It will not be able to"
          sentences={document.cannot}
          mark={<X aria-hidden className={`${MARK} text-muted`} />}
        />
      </div>
      <SetupCommands
        document={document}
        sections={document.sections.map(({ id }) => id).filter(id => id !== 'removal')}
        heading="h2"
      />
      {document.sections.some(({ id }) => id === 'removal') && (
        <div className="border-t pt-6">
          <SetupCommands document={document} sections={['removal']} heading="h2" />
        </div>
      )}
      <p className="text-sm text-muted">{`This page can be opened until ${formatExact(new Date(expiresAt))}.`}</p>
    </>
  );
}

const MARK = 'mt-0.75 size-4 shrink-0';

const Abilities = ({ title, sentences, mark }: { title: string; sentences: string[]; mark: ReactNode }) => (
  <section className="grid content-start gap-2">
    <h2 className="font-semibold">{title}</h2>
    <ul className="grid gap-1.5">
      {sentences.map(sentence => (
        <li key={sentence} className="flex gap-2">
          {mark}
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <Sentence text={sentence} />
          </span>
        </li>
      ))}
    </ul>
  </section>
);
