import { expect, test } from 'vitest';
import { authorityFor, otherCloudRefusal } from './authority.ts';

const ACME = 'https://acme.blob.core.windows.net';
const GOVERNMENT = 'https://acme.blob.core.usgovcloudapi.net';
const CHINA = 'https://acme.blob.core.chinacloudapi.cn';

test.each([
  [ACME, 'https://login.example', 'https://login.example'],
  [GOVERNMENT, 'https://login.example', 'https://login.microsoftonline.us'],
  [CHINA, 'https://login.example', 'https://login.chinacloudapi.cn'],
  [CHINA, 'https://login.partner.microsoftonline.cn', 'https://login.partner.microsoftonline.cn'],
  ['https://127.0.0.1:10000/acme', 'https://login.example', 'https://login.example'],
])('tokens for %s of an installation at %s come from %s', (endpoint, authorityHost, authority) => {
  expect(authorityFor(endpoint, authorityHost)).toBe(authority);
});

test.each([
  [ACME, 'https://login.microsoftonline.com'],
  ['https://acme.z07.blob.storage.azure.net', 'https://login.microsoftonline.com'],
  [ACME, 'https://login.example'],
  [GOVERNMENT, 'https://login.microsoftonline.us'],
  [CHINA, 'https://login.chinacloudapi.cn'],
  [CHINA, 'https://login.partner.microsoftonline.cn'],
  ['https://127.0.0.1:10000/acme', 'https://login.microsoftonline.us'],
])('an identity of the installation may be used at %s where its cloud is that of %s', (endpoint, host) => {
  expect(otherCloudRefusal(endpoint, host)).toBeNull();
});

test.each([
  [GOVERNMENT, 'https://login.microsoftonline.com', 'Azure Government', 'https://login.microsoftonline.us'],
  [GOVERNMENT, 'https://login.example', 'Azure Government', 'https://login.microsoftonline.us'],
  [GOVERNMENT, 'https://login.chinacloudapi.cn', 'Azure Government', 'https://login.microsoftonline.us'],
  [CHINA, 'https://login.microsoftonline.com', 'Azure in China', 'https://login.chinacloudapi.cn'],
  [ACME, 'https://login.microsoftonline.us', 'Azure’s public cloud', 'https://login.microsoftonline.com'],
])('it may not at %s where its cloud is that of %s', (endpoint, host, cloud, remedy) => {
  const { message, fix } = otherCloudRefusal(endpoint, host)!;
  expect(message).toContain(`The storage is in ${cloud}.`);
  expect(message).toContain(`gets its tokens at ${host}`);
  expect(fix).toContain(`MOORING_AZURE_AUTHORITY_HOST=${remedy}`);
});
