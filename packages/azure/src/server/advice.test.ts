import { type CheckContext, ProviderError } from '@mooring/storage/server';
import { expect, test } from 'vitest';
import { createAzureAdvice } from './advice.ts';

const HOSTILE = "x'; touch CANARY; '$(touch CANARY)";
const QUOTED = `x'\\''; touch CANARY; '\\''$(touch CANARY)'`;

test.each(['forbidden', 'network-rules', 'not-found'] as const)(
  'every value in a command is quoted, with any characters in it: %s',
  kind => {
    const advise = createAzureAdvice(
      { account: HOSTILE, endpoint: 'https://acme.example' },
      { kind: 'azure-app', tenantId: 't', clientId: HOSTILE },
      null,
    );
    const error = new ProviderError(kind, 'Seen.', { fix: 'Do this.' });
    const { snippets } = advise(error, 'list', { container: HOSTILE, prefix: '' } as CheckContext);
    expect(snippets).not.toEqual([]);
    for (const { text } of snippets) {
      expect(text).toContain(QUOTED);
      expect(text.replaceAll(QUOTED, '')).not.toContain('CANARY');
    }
  },
);
