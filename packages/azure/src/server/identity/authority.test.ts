import { expect, test } from 'vitest';
import { authorityFor } from './authority.ts';

test.each([
  ['https://acme.blob.core.windows.net', 'https://login.example'],
  ['https://acme.blob.core.usgovcloudapi.net', 'https://login.microsoftonline.us'],
  ['https://acme.blob.core.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
  ['https://127.0.0.1:10000/acme', 'https://login.example'],
])('tokens for %s come from %s', (endpoint, authority) => {
  expect(authorityFor(endpoint, 'https://login.example')).toBe(authority);
});
