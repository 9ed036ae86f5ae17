import { createCertificates } from '@mooring/emulators';
import { startS3 } from '@mooring/emulators/s3';
import { describeProvider } from '@mooring/storage/conformance';
import { keysOf, s3UnderTest } from './testing.ts';

describeProvider('s3 with an access key', async () => {
  const certificates = await createCertificates();
  certificates.trust();
  const storage = await startS3({ certificates });
  const right = keysOf(storage);
  return s3UnderTest(storage, { right, wrong: { ...right, secretAccessKey: 'not the secret' } });
});
