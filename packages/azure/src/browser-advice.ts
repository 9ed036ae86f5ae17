import type { BrowserAdvice } from '@mooring/storage';
import type { AzureLocation } from './schemas.ts';
import { corsSnippets } from './setup/cors-fix.ts';
import { azOption } from './setup/quote.ts';

/** What to do at the account where it refuses a page of this origin. */
export const azureBrowserAdvice = (location: AzureLocation, origin: string): BrowserAdvice => ({
  isNetworkRefusal: observed => observed.includes('AuthorizationFailure'),
  holder: 'the storage account',
  corsSnippets: () => corsSnippets(location, [origin]),
  admitNetwork: {
    steps: [
      'Allow the addresses of your people under “Networking” of the storage account, or open Mooring from a network that it lets in (a VPN to the private endpoint).',
      'Or replace the credential with an account SAS without a delivery token: the bytes then pass through Mooring’s server.',
    ],
    snippets: [
      {
        title: 'Allow the address of this network',
        language: 'bash',
        text: `az storage account network-rule add \\\n  ${azOption('account-name', location.account)} \\\n  --ip-address PUBLIC_ADDRESS_OF_THIS_NETWORK`,
      },
    ],
  },
});
