import { expect, test } from 'vitest';
import { endpointWords } from './endpoint-words.ts';

test.each([
  ['https://acme.blob.core.windows.net', /public cloud$/],
  ['https://acme.z07.blob.storage.azure.net', /DNS zone/],
  ['https://acme.blob.core.usgovcloudapi.net', /Government/],
  ['https://acme.blob.core.chinacloudapi.cn', /China/],
  ['https://acme-secondary.blob.core.windows.net', /second region/],
  ['http://127.0.0.1:10000/acme', /emulator/],
  ['https://data.acme.example', /custom domain/],
])('%s', (endpoint, kind) => {
  expect(endpointWords(endpoint).kind).toMatch(kind);
});
