import { ROLES, startStorage, withOtherSignature } from '@mooring/emulators';
import { describeProvider } from '@mooring/storage/conformance';
import type { AzureCredentialInput } from '../schemas.ts';
import { azureUnderTest } from './testing.ts';

const WEEKS_3 = 21 * 86_400_000;

describeProvider('azure with an app registration', async () => {
  const storage = await startStorage();
  storage.certificates.trust();
  storage.front.settings.roleAssignments.push({
    principalId: storage.objectId,
    actions: ROLES['Storage Blob Data Contributor'],
  });
  const right = { kind: 'azure-app', ...storage.app } as const;
  return azureUnderTest(storage, {
    right,
    wrong: { ...right, clientSecret: 'not the secret' },
    brief: () => right,
  });
});

describeProvider('azure with an account SAS and a delivery token', async () => {
  const storage = await startStorage();
  storage.certificates.trust();
  const expiresOn = new Date(Date.now() + WEEKS_3);
  const sasToken = storage.sas({ permissions: 'rlcwd', resourceTypes: 'co', expiresOn });
  const withDelivery = (end: Date): AzureCredentialInput => ({
    kind: 'azure-sas',
    sasToken,
    deliverySasToken: storage.sas({ permissions: 'r', resourceTypes: 'o', expiresOn: end }),
  });
  return azureUnderTest(storage, {
    right: withDelivery(expiresOn),
    wrong: {
      kind: 'azure-sas',
      sasToken: withOtherSignature(sasToken),
    },
    brief: withDelivery,
  });
});
