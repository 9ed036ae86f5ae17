import type { Check, Fix } from '@mooring/contract';
import { expect, test } from 'vitest';
import { stepsToFix } from './steps-to-fix.ts';

const check = (id: Check['id'], status: Check['status'], side: Check['side'] = 'server') =>
  ({ id, status, side, title: `${id} title` }) as Check;

test('what failed leads to the step that fixes it, once each; what was skipped does not', () => {
  const checks = [
    check('credential', 'passed'),
    check('list', 'failed'),
    check('head', 'failed'),
    check('sign', 'skipped'),
    check('preflight', 'failed'),
    check('survey', 'warning'),
  ];
  expect(stepsToFix(checks)).toEqual([
    { step: 'authorise', titles: ['list title', 'head title'] },
    { step: 'browser', titles: ['preflight title'] },
  ]);
});

test('a container that is not there is for the step of the location', () => {
  const fix: Fix = { why: '', steps: [], snippets: [], setting: 'location' };
  expect(stepsToFix([{ ...check('list', 'failed'), fix }])).toEqual([
    { step: 'location', titles: ['list title'] },
  ]);
});

test('what only the browser may not do is for the step of the browser', () => {
  expect(stepsToFix([check('fetch', 'failed', 'browser'), check('fetch', 'passed')])).toEqual([
    { step: 'browser', titles: ['fetch title'] },
  ]);
});

test('nothing failed, nothing to fix', () => {
  expect(stepsToFix([check('list', 'passed'), check('media', 'warning', 'browser')])).toEqual([]);
});
