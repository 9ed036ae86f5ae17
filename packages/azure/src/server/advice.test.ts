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

test.each(['mooring/', 'a\u0001b/', '\ud800/', `${'x'.repeat(600)}/`])(
  'a prefix to write below that no command can hold has none, and the advice is there: %j',
  renditionPrefix => {
    const endpoint = 'https://acme.blob.core.windows.net';
    const credential = { kind: 'azure-app', tenantId: 't', clientId: '11111111-2222-4333-8444-555555555555' };
    const ofWriter = createAzureAdvice({ account: 'acme', endpoint }, credential as never, renditionPrefix);
    const { steps, snippets } = ofWriter(errorOf('forbidden'), 'write', { ...context, container: 'photos' });
    expect(steps).toEqual(['Do this.', 'Run the checks again.']);
    expect(snippets.map(({ format }) => format)).toEqual(
      renditionPrefix === 'mooring/' ? ['Azure CLI', 'PowerShell'] : [],
    );
  },
);
