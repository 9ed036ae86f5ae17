import { expect, test } from 'vitest';
import { howToRevoke } from './revoke.ts';

const HOSTILE = "acme'; touch CANARY; '$(touch CANARY)";
const QUOTED = `'acme'\\''; touch CANARY; '\\''$(touch CANARY)'`;
const location = { account: HOSTILE, endpoint: 'https://acme.example', container: 'photos', prefix: '' };

test('every value of a command is quoted, with any characters in it', () => {
  const { snippets } = howToRevoke({
    location,
    credential: {
      ...{ kind: 'azure-app-certificate', tenantId: 't', clientId: HOSTILE, thumbprint: 'AB' },
      expiresAt: '2027-01-01T00:00:00Z',
    },
    ownership: null,
    renditionPrefix: null,
  });
  const text = snippets.map(snippet => snippet.text).join('\n');
  expect(text).toContain(`--name=${QUOTED}`);
  expect(text).toContain(`--id=${QUOTED}`);
  expect(text.replaceAll(QUOTED, '')).not.toContain('CANARY');
});
