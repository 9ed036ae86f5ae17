import type { SetupRequest } from '@mooring/contract';
import type { StorageKind } from '@mooring/storage';
import { useMutation } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { client } from '@/api/client.ts';
import { CopyButton } from '@/components/copy.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';

/**
 * Makes a page with nothing but the commands, for an administrator of the storage, who has no account here. Nothing
 * shows where there are no commands.
 */
export function ShareSetup({ kind, request }: { kind: StorageKind; request: SetupRequest }) {
  const share = useMutation({ mutationFn: (body: SetupRequest) => client.call('createSetupLink', { body }) });
  // What was shared before may no longer be what is shown.
  const isStale = share.data !== undefined && JSON.stringify(request) !== JSON.stringify(share.variables);
  if (kind.setup.generate(request).sections.length === 0) return null;
  return (
    <div className="grid gap-3">
      {share.error && <ProblemView error={share.error} />}
      {share.data && !isStale ? (
        <Field
          label="Link for the administrator"
          hint={
            <>
              It opens a page with only the commands, without signing in. The page holds no secret. The link
              expires <Time at={share.data.expiresAt} />.
            </>
          }
        >
          {props => (
            <span className="flex gap-2">
              <Input {...props} readOnly value={share.data.url} onFocus={event => event.target.select()} />
              <CopyButton text={share.data.url} what="link" variant="secondary" size="md">
                Copy
              </CopyButton>
            </span>
          )}
        </Field>
      ) : (
        <Button
          className="justify-self-start"
          disabled={share.isPending}
          onClick={() => share.mutate(request)}
        >
          <Send aria-hidden />
          {share.isPending ? 'Making a link…' : 'Send to an administrator'}
        </Button>
      )}
    </div>
  );
}
