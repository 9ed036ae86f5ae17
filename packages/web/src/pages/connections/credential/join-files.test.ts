import { expect, test } from 'vitest';
import { joinFiles } from './join-files.ts';

test('certificate and key may come in two files', async () => {
  const files = ['CERTIFICATE', 'PRIVATE KEY'].map(type => new File([` ${type}\n\n`], 'x.pem'));
  expect(await joinFiles(files)).toBe('CERTIFICATE\nPRIVATE KEY');
});
