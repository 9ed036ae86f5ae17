import type { Connection } from '@mooring/contract';
import { Fact } from '@/components/facts.tsx';
import { TimedText } from '@/components/timed-text.tsx';
import { kindOf } from '@/storage-kind.ts';

/** What may be shown of a credential, as facts. */
export const CredentialFacts = ({
  connection: { provider, credential },
}: {
  connection: Pick<Connection, 'provider' | 'credential'>;
}) =>
  kindOf(provider)
    .credentials.facts(credential)
    .map(({ name, value, isId }) =>
      isId ? (
        <Fact key={name} long name={name}>
          <span className="font-mono text-xs break-all">{value}</span>
        </Fact>
      ) : (
        <Fact key={name} name={name}>
          <TimedText text={value} />
        </Fact>
      ),
    );
