import { createLogger } from '../platform/log.ts';
import { logCrashes } from './lifetime.ts';

// Ends in the way that argument 1 names, with a secret in the error.
logCrashes(createLogger({ level: 'info' }));
const error = new Error('GET https://acme.blob.core.windows.net/a?sv=1&sig=VERYSECRET failed', {
  cause: { authorization: 'Bearer VERYSECRET' },
});
if (process.argv[2] === 'rejection') void Promise.reject(error);
else
  setImmediate(() => {
    throw error;
  });
