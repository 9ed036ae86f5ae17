import type { BrowserFinding, Check, Connection, ObjectTest } from '@mooring/contract';
import { judgeBrowser } from '@mooring/storage';
import { useMutation } from '@tanstack/react-query';
import { Monitor, Server } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { client } from '@/api/client.ts';
import { ProblemView } from '@/components/problem.tsx';
import { CheckMark } from '@/components/status.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { kindOf } from '@/storage-kind.ts';
import { CheckList } from '../check-list.tsx';
import { runBrowserChecks } from './browser-run.ts';

type Tried = Pick<Connection, 'id' | 'provider' | 'location'>;

/** Any URL or key of an object: whether Mooring's server and this browser can load it, and why not. */
export function ObjectTestForm({ connection }: { connection: Tried }) {
  const [text, setText] = useState('');
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const test = useMutation({
    mutationFn: (asked: string) => {
      abort.current?.abort();
      abort.current = new AbortController();
      return testFromBothSides(connection, asked, abort.current.signal);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') test.mutate(text);
  };
  return (
    <div className="grid gap-4">
      <form onSubmit={submit} className="flex gap-2 max-sm:flex-col">
        <Field label="URL or key of an object" className="min-w-0 flex-1">
          {props => (
            <Input
              {...props}
              value={text}
              onChange={event => setText(event.target.value)}
              placeholder={`${connection.location.prefix}photo.jpg`}
              className="font-mono text-sm"
            />
          )}
        </Field>
        <Button
          type="submit"
          disabled={test.isPending || text.trim() === ''}
          className="h-9 max-sm:h-11 sm:mt-6.5"
        >
          {test.isPending ? 'Testing…' : 'Test'}
        </Button>
      </form>
      {test.error && <ProblemView error={test.error} />}
      {test.data && <Result {...test.data} />}
    </div>
  );
}

interface Tested {
  test: ObjectTest;
  checks: Check[];
}

function Result({ test, checks }: Tested) {
  const on = (side: Check['side']) => worst(checks.filter(check => check.side === side));
  return (
    <div className="grid gap-3" role="status">
      <p className="font-mono text-sm break-all">
        {test.container}/{test.key}
      </p>
      <ul className="grid gap-1.5">
        <Tick icon={Server} status={on('server')} who="Mooring’s server" />
        <Tick icon={Monitor} status={on('browser')} who="This browser" />
      </ul>
      <CheckList checks={checks} />
    </div>
  );
}

/** What becomes of one side, as the end of a sentence that begins with it. */
const OUTCOMES: Partial<Record<Check['status'], string>> = {
  passed: 'loads it',
  warning: 'loads it, with a reservation',
  failed: 'cannot load it',
  skipped: 'had nothing to try',
};

function Tick({ icon: Icon, status, who }: { icon: typeof Server; status: Check['status']; who: string }) {
  return (
    <li className="flex items-center gap-2">
      <CheckMark status={status} />
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      {who} {OUTCOMES[status]}
    </li>
  );
}

/** Of a side that has nothing to say, that it was skipped. */
const worst = (checks: readonly Check[]): Check['status'] =>
  (['failed', 'warning', 'passed'] as const).find(status => checks.some(check => check.status === status)) ??
  'skipped';

async function testFromBothSides(
  { id, provider, location }: Tried,
  asked: string,
  signal: AbortSignal,
): Promise<Tested> {
  // A key is taken as it is: white space can be part of it.
  const isUrl = /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(asked);
  const body = isUrl ? { url: asked.trim() } : { key: asked };
  const test = await client.call('testObject', { params: { connectionId: id }, body, signal });
  const findings: BrowserFinding[] = test.probe ? await runBrowserChecks(test.probe, signal, () => {}) : [];
  const browser = judgeBrowser(findings, {
    server: test.checks,
    advice: kindOf(provider).browserAdvice(location, window.location.origin),
    checkedAt: new Date().toISOString(),
  });
  return { test, checks: [...test.checks, ...browser] };
}
