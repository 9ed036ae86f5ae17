import { CHECKS, type Check } from '@mooring/contract';
import { expect, test } from 'vitest';
import { checkReport, type Reported } from './report.ts';

const CONNECTION: Reported = {
  ...{
    name: 'Photos\n# of all',
    provider: 'azure',
    status: 'broken',
    accessMode: 'server',
    delivery: 'direct',
  },
  location: { account: 'acme', endpoint: 'https://acme.example', container: 'c', prefix: 'p/' },
  credential: { kind: 'azure-app', tenantId: 't', clientId: 'c' },
};
const check = (id: Check['id'], side: Check['side'], fields: Partial<Check> = {}): Check => ({
  ...{
    id,
    side,
    title: CHECKS[id],
    status: 'passed',
    observed: 'o',
    expected: 'e',
    fix: null,
    dependsOn: [],
  },
  ...{ waitingUntil: null, durationMs: 1, checkedAt: null },
  ...fields,
});

test('a report has a row for each check and the details of what is wrong', () => {
  const fix = {
    why: 'Because.',
    steps: ['Do.'],
    snippets: [{ title: 'Run', language: 'sh', text: 'a\n```\nb' }],
  };
  const checks = [
    check('list', 'server', { status: 'failed', observed: 'No\nway.', fix }),
    check('fetch', 'browser'),
    check('fetch', 'server', { status: 'skipped' }),
  ];
  expect(checkReport(CONNECTION, checks, new Date('2026-11-22T01:10:00Z'))).toBe(`# Checks of Photos # of all

- Storage: \`https://acme.example/c/p/\`
- Credential: azure-app, access server, delivery direct
- Status: broken
- Written: 2026-11-22T01:10:00.000Z

| Check | Mooring’s server | browser |
| --- | --- | --- |
| Listing | failed |  |
| Signed URL | skipped | passed |

## Listing (Mooring’s server: failed)

- Observed: No way.
- Expected: e
- Why: Because.

1. Do.

Run:

\`\`\`\`sh
a
\`\`\`
b
\`\`\`\`
`);
});
