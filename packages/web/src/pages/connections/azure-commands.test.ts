import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { addCorsCommand, createSasCommand, grantRolesCommand, shellWord } from './azure-commands.ts';

const location = {
  account: 'acme',
  endpoint: 'https://acme.blob.core.windows.net',
  container: '$web',
  prefix: '',
};

/** Stands in for the Azure CLI: prints the id of an account, or the words that it was given. */
const AZ = `az() { if [ "$3" = show ]; then echo /account; else printf '%s\\n' "$@"; fi; }`;

/** The words that a shell makes of a command line. */
const wordsOf = (command: string): string[] =>
  execFileSync('bash', ['-c', `${AZ}\n${command}`], { encoding: 'utf8' }).split('\n');

test('a word stays one word in a shell, whatever is in it', () => {
  for (const text of ['plain-1.x', 'with space', `it's $HOME "quoted" \`cmd\` \\`, '']) {
    expect(execFileSync('bash', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  }
});

test('roles are granted on the container and the account, a dollar sign in its name included', () => {
  const words = wordsOf(grantRolesCommand(location, '11111111-2222-3333-4444-555555555555'));
  const scopes = words.filter((_, i) => words[i - 1] === '--scope');
  expect(scopes).toEqual(['/account/blobServices/default/containers/$web', '/account']);
  expect(words).toContain('Storage Blob Data Reader');
  expect(words).toContain('Storage Blob Delegator');
});

test('a delivery token grants reading of objects and nothing else', () => {
  const command = createSasCommand('acme', 'delivery', new Date('2026-11-22T10:00:00Z'));
  expect(wordsOf(command)).toEqual(expect.arrayContaining(['--resource-types', 'o', '--permissions', 'r']));
  expect(command).toContain('--expiry 2027-02-20T00:00Z');
});

test('the origin is written without a slash at its end', () => {
  expect(wordsOf(addCorsCommand('acme', 'https://mooring.example:8443'))).toContain(
    'https://mooring.example:8443',
  );
});
