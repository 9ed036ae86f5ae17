import type { Connection, Source, SourceUpdate } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client } from '@/api/client.ts';
import { profilesQuery, sourceQuery, sourcesQuery } from '@/api/queries.ts';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Select } from '@/components/ui/input.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { EMPTY_SOURCE, filtersOf } from '@/pages/connections/source-draft.ts';
import { SourceEstimate } from '@/pages/connections/source-estimate.tsx';
import { FilterFields } from '@/pages/connections/source-fields.tsx';
import { GUARDS, guardWords, SCHEDULES, scheduleWords } from './words.ts';

const NEVER = 'never';

/** What of the container becomes assets, when it is synced by itself, and what makes a sync stop. */
export function SourceSettings({ source, connection }: { source: Source; connection: Connection }) {
  const [draft, setDraft] = useState({
    ...EMPTY_SOURCE,
    prefix: source.prefix,
    include: source.filters.include.join('\n'),
    exclude: source.filters.exclude.join('\n'),
  });
  const [every, setEvery] = useState(source.schedule ? String(source.schedule.everySeconds) : NEVER);
  const [share, setShare] = useState(source.maxRemovedShare);
  const [probes, setProbes] = useState(source.probes);
  const [profile, setProfile] = useState(source.profile);
  const profiles = useQuery(profilesQuery).data ?? [];
  const chosen = profiles.find(({ name }) => name === profile);
  const wanted: Required<SourceUpdate> = {
    filters: filtersOf(draft),
    schedule: every === NEVER ? null : { everySeconds: Number(every) },
    maxRemovedShare: share,
    probes,
    profile,
  };
  const { filters, schedule, maxRemovedShare } = source;
  const isChanged =
    JSON.stringify(wanted) !==
    JSON.stringify({ filters, schedule, maxRemovedShare, probes: source.probes, profile: source.profile });
  const filtersChanged = JSON.stringify(wanted.filters) !== JSON.stringify(filters);

  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () => client.call('updateSource', { params: { sourceId: source.id }, body: wanted }),
    onSuccess: updated => {
      queryClient.setQueryData(sourceQuery(source.id).queryKey, updated);
      toast('Saved', filtersChanged ? 'The filters take effect with the next sync.' : undefined);
      return queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title="What, when, and how carefully">
      <form className="grid gap-5" onSubmit={submit}>
        <FilterFields
          value={draft}
          onChange={value => setDraft({ ...draft, ...value, prefix: source.prefix })}
        />
        {filtersChanged && (
          <>
            <SourceEstimate connection={connection} prefix={source.prefix} value={draft} />
            <p className="max-w-prose text-sm text-muted">
              Assets that the filters leave out become tombstones with the next sync. A dry run says how many.
            </p>
          </>
        )}
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Sync by itself" hint="Counted from the start of the last sync.">
            {props => (
              <Select {...props} value={every} onChange={event => setEvery(event.target.value)}>
                <option value={NEVER}>Never</option>
                {withKnown(SCHEDULES, source.schedule?.everySeconds).map(seconds => (
                  <option key={seconds} value={seconds}>
                    {scheduleWords(seconds)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field
            label="Stop before removing"
            hint="A sync that would remove more, and at least 100 assets or all of at least 10, stops and asks."
          >
            {props => (
              <Select {...props} value={share} onChange={event => setShare(Number(event.target.value))}>
                {withKnown(GUARDS, source.maxRemovedShare).map(known => (
                  <option key={known} value={known}>
                    {guardWords(known)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Field
          label="Profile"
          hint={
            source.judging
              ? 'The assets are being judged by it now.'
              : (chosen?.description ?? 'What its assets must meet.')
          }
        >
          {props => (
            <Select {...props} value={profile} onChange={event => setProfile(event.target.value)}>
              {[...new Set([...profiles.map(({ name }) => name), source.profile])].map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {connection.accessMode === 'server' && (
          <label className="flex items-start gap-2 text-sm">
            <input
              type="checkbox"
              className="mt-0.5 size-4"
              checked={probes}
              onChange={event => setProbes(event.target.checked)}
            />
            <span>
              Read what each asset is
              <span className="block text-muted">
                Mooring reads the first bytes of new and changed assets: their size in pixels, duration, codec
                and more.
              </span>
            </span>
          </label>
        )}
        {save.error && <ProblemView error={save.error} />}
        <div>
          <Button type="submit" variant="primary" disabled={!isChanged || save.isPending}>
            {save.isPending ? 'Saving…' : 'Save'}
          </Button>
        </div>
      </form>
    </Section>
  );
}

/** The choices, with one that was set elsewhere in its place. */
const withKnown = (choices: readonly number[], known: number | undefined): number[] =>
  known === undefined || choices.includes(known) ? [...choices] : [...choices, known].sort((a, b) => a - b);
