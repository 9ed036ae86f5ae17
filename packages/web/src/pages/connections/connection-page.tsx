import type { Connection } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft, Ellipsis, KeyRound, Pencil, RotateCw, Trash2, Unlink } from 'lucide-react';
import { useState } from 'react';
import { connectionQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { CopyButton } from '@/components/copy.tsx';
import { Fact, Facts } from '@/components/facts.tsx';
import { FullName } from '@/components/name.tsx';
import { Page, Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { ConnectionMark } from '@/components/status.tsx';
import { Time } from '@/components/time.tsx';
import { Button, buttonStyle } from '@/components/ui/button.tsx';
import { Menu, MenuItem } from '@/components/ui/menu.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { kindOf } from '@/storage-kind.ts';
import { AbilityList } from './ability-list.tsx';
import { CheckList } from './check-list.tsx';
import { ObjectTestForm } from './checks/object-test.tsx';
import { checkReport } from './checks/report.ts';
import { ConnectionNotices } from './connection-notices.tsx';
import { CredentialFacts } from './credential/credential-facts.tsx';
import { History } from './history.tsx';
import { IssuedUrls } from './issued-urls.tsx';
import { Overlaps } from './overlaps.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { ReplaceCredentialDialog, replaceWords } from './replace-credential-dialog.tsx';
import { SourceList } from './source-list.tsx';
import { UnlinkDialog } from './unlink-dialog.tsx';
import { useCheckRun } from './use-check-run.ts';

const route = getRouteApi('/shell/connections/$connectionId');

export function ConnectionPage() {
  const { connectionId } = route.useParams();
  const { data: connection, error, refetch } = useQuery(connectionQuery(connectionId));
  const back = (
    <Link
      to="/connections"
      className="-ml-1 inline-flex items-center gap-0.5 justify-self-start text-sm text-muted hover:text-ink"
    >
      <ChevronLeft aria-hidden className="size-4" />
      Connections
    </Link>
  );
  if (!connection) {
    return (
      <Page title="Connection" before={back}>
        {error ? <ProblemView error={error} onRetry={() => refetch()} /> : <SkeletonRows rows={6} />}
      </Page>
    );
  }
  return <Loaded key={connection.id} connection={connection} back={back} />;
}

type OpenDialog = 'rename' | 'credential' | 'unlink' | 'remove' | null;

function Loaded({ connection, back }: { connection: Connection; back: React.ReactNode }) {
  const checkRun = useCheckRun(connection.id);
  const kind = kindOf(connection.provider);
  const [dialog, setDialog] = useState<OpenDialog>(null);
  const onOpenChange = (open: boolean) => !open && setDialog(null);
  const status = checkRun.isRunning ? 'verifying' : connection.status;
  const sources = (
    <Section
      key="sources"
      title="Sources"
      about="The parts that are synced from this connection, each into its own folder."
    >
      <SourceList connection={connection} />
    </Section>
  );
  const checks = <Checks key="checks" connection={connection} checkRun={checkRun} />;
  const objectTest = (
    <Section
      key="object-test"
      title="Test an object’s URL"
      about="Shows whether Mooring’s server and this browser can load one object, and if not, why."
    >
      <ObjectTestForm connection={connection} />
    </Section>
  );
  const history = (
    <Section key="history" title="History">
      <History connectionId={connection.id} />
    </Section>
  );
  const isUnlinked = connection.status === 'unlinked';
  // What needs attention comes first.
  const isSound = connection.status === 'healthy' || connection.status === 'degraded';
  return (
    <Page
      title={connection.name}
      before={back}
      wide
      actions={<Actions connection={connection} checkRun={checkRun} onOpen={setDialog} />}
      about={
        <span className="flex flex-wrap items-center gap-x-3">
          <ConnectionMark status={status} isSetUp={connection.isSetUp} />
          {status !== 'verifying' && connection.statusReason && (
            <span className="text-ink">{connection.statusReason}</span>
          )}
        </span>
      }
    >
      <ConnectionNotices
        connection={connection}
        onReplace={() => setDialog('credential')}
        onRevoke={() => setDialog('unlink')}
      />
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid content-start gap-8">
          {isUnlinked
            ? [sources, history]
            : isSound
              ? [sources, checks, objectTest, history]
              : [checks, objectTest, sources, history]}
        </div>
        <div className="grid content-start gap-8">
          {!isUnlinked && (
            <Section title="What Mooring can do">
              <AbilityList known={{ ...connection, kind, checks: checkRun.checks ?? [] }} />
            </Section>
          )}
          <ConnectionFacts connection={connection} />
          {connection.overlaps.length > 0 && (
            <Section title="Other connections to this account">
              <Overlaps overlaps={connection.overlaps} />
            </Section>
          )}
          <Section title="URLs that work now">
            <IssuedUrls connectionId={connection.id} />
          </Section>
        </div>
      </div>
      <RenameDialog connection={connection} open={dialog === 'rename'} onOpenChange={onOpenChange} />
      <ReplaceCredentialDialog
        connection={connection}
        open={dialog === 'credential'}
        onOpenChange={onOpenChange}
        onReplaced={() => void checkRun.run()}
      />
      <UnlinkDialog connection={connection} open={dialog === 'unlink'} onOpenChange={onOpenChange} />
      <RemoveDialog connection={connection} open={dialog === 'remove'} onOpenChange={onOpenChange} />
    </Page>
  );
}

type CheckRunState = ReturnType<typeof useCheckRun>;

function Checks({ connection, checkRun }: { connection: Connection; checkRun: CheckRunState }) {
  return (
    <Section
      title="Checks"
      actions={
        checkRun.checks && (
          <CopyButton text={checkReport(connection, checkRun.checks, new Date())} what="report">
            Copy report
          </CopyButton>
        )
      }
    >
      {checkRun.error !== null && <ProblemView error={checkRun.error} onRetry={() => void checkRun.run()} />}
      {checkRun.checks ? (
        <CheckList
          checks={checkRun.checks}
          onRetry={checkRun.isRunning ? undefined : check => void checkRun.run({ only: check })}
          onStopWaiting={() => void checkRun.run({ wait: false })}
        />
      ) : (
        <SkeletonRows rows={8} />
      )}
    </Section>
  );
}

function Actions({
  connection,
  checkRun,
  onOpen,
}: {
  connection: Connection;
  checkRun: CheckRunState;
  onOpen: (dialog: OpenDialog) => void;
}) {
  const isUnlinked = connection.status === 'unlinked';
  const isUnfinished = !connection.isSetUp && !isUnlinked;
  const canChange = useMay('connections.change');
  return (
    <>
      {isUnfinished && canChange && (
        <Link
          to="/connections/new"
          search={{ step: 'authorise', connection: connection.id }}
          className={buttonStyle({ variant: 'primary' })}
        >
          Continue the set-up
        </Link>
      )}
      <Button
        variant={connection.status === 'draft' && !isUnfinished ? 'primary' : 'secondary'}
        disabled={checkRun.isRunning || isUnlinked}
        onClick={() => void checkRun.run()}
      >
        <RotateCw
          aria-hidden
          className={checkRun.isRunning ? 'animate-spin motion-reduce:animate-none' : ''}
        />
        {checkRun.isRunning ? 'Checking…' : 'Run checks'}
      </Button>
      {canChange && (
        <Menu
          trigger={
            <Button size="icon" aria-label="More actions">
              <Ellipsis aria-hidden />
            </Button>
          }
        >
          <MenuItem onClick={() => onOpen('rename')}>
            <Pencil aria-hidden />
            Rename
          </MenuItem>
          <MenuItem onClick={() => onOpen('credential')}>
            <KeyRound aria-hidden />
            {replaceWords(connection)}
          </MenuItem>
          <MenuItem onClick={() => onOpen('unlink')}>
            <Unlink aria-hidden />
            {isUnlinked ? `What remains to do in ${kindOf(connection.provider).words.cloud}` : 'Unlink'}
          </MenuItem>
          <MenuItem danger onClick={() => onOpen('remove')}>
            <Trash2 aria-hidden />
            Remove
          </MenuItem>
        </Menu>
      )}
    </>
  );
}

function ConnectionFacts({ connection }: { connection: Connection }) {
  const address = kindOf(connection.provider).location.url(connection.location);
  return (
    <Section title="Facts">
      <Facts>
        <Fact long name="Location" action={<CopyButton text={address} what="location" />}>
          <FullName text={address} className="text-sm" />
        </Fact>
        <CredentialFacts connection={connection} />
        <Fact name="Delivery">
          {connection.delivery === 'direct' ? 'Straight from the storage' : 'Through Mooring’s server'}
        </Fact>
        <Fact name="Last checked">
          <Time at={connection.lastCheckedAt} />
        </Fact>
        {connection.nextCheckAt && (
          <Fact name="Next check">
            <Time at={connection.nextCheckAt} />
          </Fact>
        )}
        <Fact name="Added">
          <Time at={connection.createdAt} />
        </Fact>
        <Fact long name="Id" action={<CopyButton text={connection.id} what="id" />}>
          <span className="font-mono text-xs break-all">{connection.id}</span>
        </Fact>
      </Facts>
    </Section>
  );
}
