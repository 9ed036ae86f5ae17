import { type ErrorKind, ProviderError } from '@mooring/storage/server';
import { expect, test } from 'vitest';
import { createAzureAdvice } from './advice.ts';

const HOSTILE = "x'; touch CANARY; '$(touch CANARY)";
const QUOTED = `x'\\''; touch CANARY; '\\''$(touch CANARY)'`;

const advise = createAzureAdvice(
  { account: HOSTILE, endpoint: 'https://acme.example' },
  { kind: 'azure-app', tenantId: 't', clientId: HOSTILE },
  null,
);
const context = { container: HOSTILE, prefix: '', now: () => new Date() };
const errorOf = (kind: ErrorKind) => new ProviderError(kind, 'Seen.', { fix: 'Do this.' });

test.each(['forbidden', 'network-rules', 'not-found'] as const)(
  'every value in a command is quoted, with any characters in it: %s',
  kind => {
    const { snippets } = advise(errorOf(kind), 'list', context);
    expect(snippets).not.toEqual([]);
    for (const { text } of snippets) {
      expect(text).toContain(QUOTED);
      expect(text.replaceAll(QUOTED, '')).not.toContain('CANARY');
    }
  },
);

test.each(['forbidden', 'not-found'] as const)('a queue that is %s: the command names it, quoted', kind => {
  const queueUrl = 'https://acme.queue.example/acme/$(touch-CANARY)';
  const { steps, snippets } = advise(errorOf(kind), 'messages', { ...context, messages: { queueUrl } });
  expect(steps).toEqual(['Do this.']);
  expect(snippets.map(({ text }) => text).join()).toMatch(/'[^']*\$\(touch-CANARY\)'/);
});
