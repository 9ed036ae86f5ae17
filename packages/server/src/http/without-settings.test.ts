import { ProviderError } from '@mooring/storage/server';
import { expect, it } from 'vitest';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';
import { withoutSettings } from './without-settings.ts';

const failure = new ProviderError('forbidden', 'The account “acme” refuses the container “images”.', {
  fix: 'Run az role assignment create --scope acme.',
});

it('tells a storage’s own words to those who see settings, and the code alone to others', () => {
  const editor = { role: 'editor', readOnly: true } as const;
  expect(withoutSettings(editor, failure)).toBe(failure);
  expect(withoutSettings(null, failure)).toBe(failure);
  for (const role of ['viewer', 'annotator'] as const)
    for (const error of [failure, storageProblem(failure)]) {
      const { code, message, fix } = withoutSettings({ role, readOnly: false }, error) as MooringError;
      expect({ code, message }).toEqual({
        code: 'storage_forbidden',
        message: 'The storage did not allow it.',
      });
      expect(message + fix).not.toContain('acme');
    }
});

it('leaves other failures as they are', () => {
  const other = new MooringError('not_found', 'There is no asset ast_1.', { fix: 'List the assets.' });
  expect(withoutSettings({ role: 'viewer', readOnly: false }, other)).toBe(other);
});
