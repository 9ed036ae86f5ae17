import {
  type Connection,
  differentFixes,
  type Feed,
  type FeedCreated,
  type Source,
  type StorageLocation,
} from '@mooring/contract';
import { type FeedWay, type FormField, SOUND } from '@mooring/storage';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { feedsQuery } from '@/api/queries.ts';
import { FixView } from '@/components/fix.tsx';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { ShownOnce } from '@/components/shown-once.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatCount, formatUnits } from '@/format/numbers.ts';
import { kindOf } from '@/storage-kind.ts';

const LOOK_EVERY_MS = 5000;

/** What reports changes between syncs. */
export function Feeds({ source, connection }: { source: Source; connection: Connection }) {
  const {
    data: feeds,
    error,
    refetch,
  } = useQuery({
    ...feedsQuery(source.id),
    refetchInterval: LOOK_EVERY_MS,
  });
  const [isAdding, setAdding] = useState(false);
  const kind = kindOf(connection.provider);
  const { cloud, events } = kind.words;
  if (kind.feeds.length === 0) return null;
  return (
    <Section
      title="Changes as they happen"
      about={`${cloud} ${events} can report changes to Mooring between syncs. An asset then appears within a second of the event.`}
      actions={
        <Button onClick={() => setAdding(true)}>
          <Radio aria-hidden />
          Follow changes
        </Button>
      }
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!feeds && !error && <SkeletonRows rows={1} />}
      {feeds?.length === 0 && <p className="text-muted">No feed reports changes: only syncs find them.</p>}
      {feeds && feeds.length > 0 && (
        <ul className="grid">
          {feeds.map(feed => (
            <FeedRow key={feed.id} feed={feed} way={kind.feeds.find(({ id }) => id === feed.kind)} />
          ))}
        </ul>
      )}
      <AddFeedDialog source={source} connection={connection} open={isAdding} onOpenChange={setAdding} />
    </Section>
  );
}

function FeedRow({ feed, way }: { feed: Feed; way: FeedWay | undefined }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.call('deleteFeed', { params: { sourceId: feed.sourceId, feedId: feed.id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: feedsQuery(feed.sourceId).queryKey }),
  });
  const { repaired } = feed;
  return (
    <li className="grid gap-2 border-b py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="font-medium break-all">
            {Object.values(feed.address ?? {}).join(', ') || (way?.title ?? feed.kind)}
          </p>
          <p className="text-sm text-muted">
            {formatUnits(feed.receivedCount, 'event')}, {formatCount(feed.appliedCount)} changed something
            {feed.waitingCount > 0 && `, ${formatCount(feed.waitingCount)} waiting`}
            {feed.droppedCount > 0 && `, ${formatCount(feed.droppedCount)} let go`}
            {' · last '}
            <Time at={feed.lastEventAt} none="never" />
          </p>
          {repaired && (
            <p className="text-sm text-muted">
              The{' '}
              <Link
                to="/operations/$operationId"
                params={{ operationId: repaired.operationId }}
                className="text-accent underline"
              >
                latest sync
              </Link>{' '}
              {repaired.assets === 0
                ? 'found no missed change.'
                : `corrected ${formatUnits(repaired.assets, 'asset')} that no event had named.`}
            </p>
          )}
        </div>
        <Button size="sm" disabled={remove.isPending} onClick={() => remove.mutate()}>
          Stop following
        </Button>
      </div>
      {feed.syncWanted && (
        <p className="text-sm break-words">
          {feed.syncWanted.reason} A full sync finds what changed; it starts by itself as soon as the
          connection can be used.
        </p>
      )}
      {feed.unreadableCount > 0 && <Unreadable feed={feed} />}
      {feed.lastError && (
        <div role="alert" className="grid gap-2 text-sm break-words">
          <p className="text-bad">{feed.lastError} The events are kept, and tried again.</p>
          {feed.remedy && <FixView fix={feed.remedy} />}
        </div>
      )}
      {remove.error && <ProblemView error={remove.error} />}
    </li>
  );
}

/** Objects that events named and that cannot be looked at. */
function Unreadable({ feed: { unreadable, unreadableCount } }: { feed: Feed }) {
  const rest = unreadableCount - unreadable.length;
  return (
    <div role="status" className="grid gap-1 text-sm break-words">
      <p className="text-warn">
        {unreadableCount === 1 ? 'One place cannot' : `${formatCount(unreadableCount)} places cannot`} be
        looked at. All other events are processed. A full sync resolves this.
      </p>
      <ul className="grid gap-1 text-muted">
        {unreadable.map(({ key, kind, problem, nextLookAt }) => (
          <li key={`${kind} ${key}`}>
            <span className="font-medium">{key}</span>: {problem} Next look:{' '}
            <Time at={nextLookAt} none="soon" />
          </li>
        ))}
        {rest > 0 && <li>and {formatCount(rest)} more</li>}
      </ul>
      {differentFixes(unreadable).map(fix => (
        <FixView key={JSON.stringify(fix)} fix={fix} />
      ))}
    </div>
  );
}

interface DialogProps {
  source: Source;
  connection: Connection;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

function AddFeedDialog({ source, connection, open, onOpenChange }: DialogProps) {
  const [created, setCreated] = useState<FeedCreated | null>(null);
  const way = kindOf(connection.provider).feeds.find(({ id }) => id === created?.kind);
  const close = (isOpen: boolean) => {
    onOpenChange(isOpen);
    if (!isOpen) setCreated(null);
  };
  return (
    <Dialog open={open} onOpenChange={close} title="Follow changes">
      {created?.webhookUrl ? (
        <Created url={created.webhookUrl} subscribe={way?.subscribe ?? ''} />
      ) : (
        <AddForm
          source={source}
          connection={connection}
          onCreated={feed => (feed.webhookUrl ? setCreated(feed) : close(false))}
        />
      )}
    </Dialog>
  );
}

function AddForm({
  source,
  connection,
  onCreated,
}: Pick<DialogProps, 'source' | 'connection'> & { onCreated: (feed: FeedCreated) => void }) {
  const { feeds, words } = kindOf(connection.provider);
  const [way, setWay] = useState(feeds[0]!);
  // By the name of the field; until it is typed into, the example stands in it.
  const [typed, setTyped] = useState<Record<string, string>>({});
  const texts = way
    .fields(connection.location)
    .map(field => ({ field, text: typed[field.name] ?? field.example ?? '' }));
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      client.call('createFeed', {
        params: { sourceId: source.id },
        body: {
          kind: way.id,
          ...Object.fromEntries(texts.map(({ field, text }) => [field.name, text.trim()])),
        },
      }),
    onSuccess: feed => {
      onCreated(feed);
      return queryClient.invalidateQueries({ queryKey: feedsQuery(source.id).queryKey });
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Field label={`How ${words.events} reports changes`} hint={way.hint}>
        {props => (
          <Select
            {...props}
            value={way.id}
            onChange={event => setWay(feeds.find(({ id }) => id === event.target.value) ?? way)}
          >
            {feeds.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {texts.map(({ field, text }) => (
        <JudgedInput
          key={field.name}
          field={field}
          location={connection.location}
          text={text}
          onChange={changed => setTyped({ ...typed, [field.name]: changed })}
        />
      ))}
      {create.error && <ProblemView error={create.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button type="submit" variant="primary" disabled={create.isPending}>
          Follow changes
        </Button>
      </DialogActions>
    </form>
  );
}

function JudgedInput({
  field,
  location,
  text,
  onChange,
}: {
  field: FormField;
  location: StorageLocation;
  text: string;
  onChange: (text: string) => void;
}) {
  const { problems } = text.trim() === '' ? SOUND : field.judge(text, { now: new Date(), location });
  const error = problems.find(({ level }) => level === 'error');
  return (
    <Field label={field.label} hint={field.hint} error={error && `${error.message} ${error.fix}`}>
      {props => <Input {...props} value={text} onChange={event => onChange(event.target.value)} />}
    </Field>
  );
}

function Created({ url, subscribe }: { url: string; subscribe: string }) {
  return (
    <div className="grid gap-4">
      <p>{subscribe} It holds a secret. Copy it now: it cannot be shown again.</p>
      <ShownOnce secret={url} what="URL" />
      <DialogActions>
        <DialogClose render={<Button variant="primary" />}>Done</DialogClose>
      </DialogActions>
    </div>
  );
}
