import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intoWebApp } from './into-web-app.ts';

const BASE = 'https://mooring.example';

test('goes on at the page, with the values that are passed', () => {
  expect(intoWebApp(BASE, '/connections/new?step=2#x', { consent: 'granted', reason: 'a b&c' })).toBe(
    `${BASE}/connections/new?step=2&consent=granted&reason=a+b%26c#x`,
  );
});

test.each([
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  'https://evil.example',
  '@evil.example',
  '.evil.example',
  'javascript:alert(1)',
  '',
  '/../../x',
])('stays here for %j', path => {
  expect(new URL(intoWebApp(BASE, path, {})).origin).toBe(BASE);
});

test('stays here for anything', () => {
  const tricky = fc.stringMatching(/^[/\\.@:?#%a-z\t\n]{0,12}$/);
  fc.assert(
    fc.property(fc.oneof(tricky, fc.string()), path => {
      const location = intoWebApp(BASE, `/${path}`, { a: 'b' });
      expect(location.startsWith(`${BASE}/`)).toBe(true);
      expect(new URL(location).searchParams.get('a')).toBe('b');
    }),
  );
});
