import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type AzureError, azureErrors, errorBody } from './errors.ts';

const recorded = (name: string) =>
  readFile(new URL(`../../fixtures/azure-errors/${name}.xml`, import.meta.url), 'utf8');

const tenant = '11111111-1111-4111-8111-111111111111';
const stringToSign =
  'segyshare\nrwdlacupitfx\nbfqt\nco\n2022-06-01T10:14:15Z\n2022-06-01T18:14:15Z\n\nhttps\n2021-06-08\n\n';

test.each<[string, AzureError]>([
  [
    'authentication-failed-signature',
    azureErrors.authenticationFailed(`Signature did not match. String to sign used was ${stringToSign}`),
  ],
  ['no-authentication-information', azureErrors.noAuthenticationInformation(tenant)],
  [
    'invalid-authentication-info-audience',
    azureErrors.invalidAuthenticationInfo(tenant, 'Audience validation failed. Audience did not match.'),
  ],
  ['authorization-permission-mismatch', azureErrors.permissionMismatch()],
  ['authorization-resource-type-mismatch', azureErrors.resourceTypeMismatch()],
  ['authorization-service-mismatch', azureErrors.serviceMismatch()],
  ['authorization-protocol-mismatch', azureErrors.protocolMismatch()],
  ['authorization-source-ip-mismatch', azureErrors.sourceIpMismatch('203.0.113.7')],
  ['authorization-failure', azureErrors.authorizationFailure()],
  ['key-based-authentication-not-permitted', azureErrors.keyBasedAuthenticationNotPermitted()],
  ['invalid-xml-node-value', azureErrors.invalidXmlNodeValue('2025-07-14T01:30:45Z')],
])('%s has the body that Azure sends', async (name, error) => {
  const expected = await recorded(name);
  const requestId = /RequestId:(\S+)/.exec(expected)![1]!;
  const time = /Time:([^<]+)/.exec(expected)![1]!;
  const ours = errorBody(error, requestId, new Date(time));
  // Azure counts in 100 ns, a Date in ms.
  expect(ours.replace(/Time:[^<]+/, `Time:${time}`)).toBe(expected);
});
