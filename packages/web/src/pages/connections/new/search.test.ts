import { expect, test } from 'vitest';
import { readWizardSearch } from './search.ts';

test('the step, and what Azure answered, are read from the address', () => {
  expect(readWizardSearch({ step: 'authorise', consent: 'granted', tenant: 'acme' })).toEqual({
    step: 'authorise',
    consent: 'granted',
    tenant: 'acme',
  });
  expect(readWizardSearch({ step: 'authorise', ownership: 'refused', reason: 'Cancelled.' })).toEqual({
    step: 'authorise',
    ownership: 'refused',
    reason: 'Cancelled.',
  });
});

test('what is unknown is left out, and the first step needs no name', () => {
  expect(readWizardSearch({ step: 'nowhere', consent: 'maybe', tenant: '', reason: 7 })).toEqual({});
  expect(readWizardSearch({ step: 'location' })).toEqual({});
  expect(readWizardSearch({ reason: 'x'.repeat(9000) }).reason).toHaveLength(500);
});
