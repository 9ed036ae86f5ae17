import { expect, test } from 'vitest';
import { entraReason, readEntraAnswer } from './entra-answer.ts';

test.each([
  [{ error: 'access_denied' }, 'The person who signed in declined.'],
  [
    {
      error: 'consent_required',
      error_description: 'AADSTS65004: The resource owner denied the request.\r\nTrace ID: 0000aaaa',
    },
    'The person who signed in declined.',
  ],
  [
    {
      error: 'server_error',
      error_description:
        'AADSTS50126: Wrong password.\r\nTrace ID: 1 Correlation ID: 2 Timestamp: 2026-11-22 06:00:00Z',
    },
    'AADSTS50126: Wrong password.',
  ],
  [{ error: 'x', error_description: 'a\u0000b\u202ec' }, 'a b c'],
  [{}, 'Microsoft Entra ID refused without a reason.'],
])('%j is said as %j', (answer, reason) => {
  expect(entraReason(answer)).toBe(reason);
});

test('is not said at length', () => {
  expect(entraReason({ error: 'x', error_description: 'a'.repeat(5000) })).toHaveLength(300);
});

test('takes what is text, the first of several', () => {
  expect(readEntraAnswer({ state: ['a', 'b'], code: { x: 1 }, tenant: 't', extra: 'y' })).toEqual({
    state: 'a',
    tenant: 't',
  });
});
