import { ProviderError } from '../errors.ts';
import { causesOf, networkFailure } from '../network-failure.ts';
import type { AppCredential } from './app-credential.ts';

type Identity = Pick<AppCredential, 'tenantId' | 'clientId'>;

interface Row {
  message: (app: Identity) => string;
  fix: (app: Identity) => string;
}

const CHECK_TENANT = () =>
  'Copy the “Directory (tenant) ID” from the overview of the app registration, or from “Properties” of Microsoft Entra ID.';

const unknownTenant: Row = {
  message: ({ tenantId }) => `Microsoft Entra ID knows no tenant “${tenantId}”.`,
  fix: CHECK_TENANT,
};
const wrongSecret: Row = {
  message: ({ clientId }) => `The client secret is not one of the app ${clientId}.`,
  fix: () =>
    'Paste the secret’s value, not its ID. The portal shows the value only once: if it is lost, make a new secret under “Certificates & secrets”.',
};

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const ROWS: Record<number, Row> = {
  90002: unknownTenant,
  900023: unknownTenant,
  900021: unknownTenant,
  700016: {
    message: ({ clientId, tenantId }) => `The tenant ${tenantId} has no app with the client ID ${clientId}.`,
    fix: () =>
      'Check that client ID and tenant ID are of the same app registration. An app of another tenant has to be added to this one first.',
  },
  7000229: {
    message: ({ clientId, tenantId }) =>
      `The app ${clientId} has no service principal in the tenant ${tenantId}.`,
    fix: ({ clientId }) => `An administrator of the tenant adds it: az ad sp create --id ${clientId}`,
  },
  650052: {
    message: ({ tenantId }) =>
      `The tenant ${tenantId} has no service principal of Azure Storage, or has not consented to it.`,
    fix: () => 'An administrator of the tenant grants consent to the app under “API permissions”.',
  },
  65001: {
    message: ({ clientId, tenantId }) => `The tenant ${tenantId} has not consented to the app ${clientId}.`,
    fix: () => 'An administrator of the tenant grants consent to the app under “API permissions”.',
  },
  7000215: wrongSecret,
  7000218: wrongSecret,
  7000222: {
    message: ({ clientId }) => `The client secret of the app ${clientId} has expired.`,
    fix: () =>
      'Make a new secret under “Certificates & secrets” of the app registration, and replace it in the settings of the connection.',
  },
  7000112: {
    message: ({ clientId }) => `The app ${clientId} is disabled.`,
    fix: () => 'An administrator of the tenant enables it under “Enterprise applications”.',
  },
  53003: {
    message: ({ tenantId }) =>
      `A Conditional Access policy of the tenant ${tenantId} does not let the app sign in.`,
    fix: () => 'An administrator of the tenant looks at the sign-in logs of the service principal.',
  },
};

/** What the library says when a storage account names another tenant than the credential's. */
const OTHER_TENANT = /not configured to acquire tokens for tenant (\S+?)\.?\s/;

/**
 * Why an app got no token.
 * @param host of the authority that was asked
 */
export function signInError(error: unknown, app: Identity, host: string): ProviderError {
  const chain = [...causesOf(error)];
  const code = chain.map(codeOf).find(found => found !== null);
  if (code) return refusal(code, app, error);
  if (chain.some(({ message }) => /invalid tenant id/i.test(message))) {
    return new ProviderError('unauthenticated', `“${app.tenantId}” is not the ID of a tenant.`, {
      fix: CHECK_TENANT(),
      cause: error,
    });
  }
  const owner = chain
    .map(({ message }) => OTHER_TENANT.exec(message)?.[1])
    .find(found => found !== undefined);
  if (owner !== undefined) {
    return new ProviderError(
      'unauthenticated',
      `The storage account belongs to the tenant ${owner}, but the app signs in to the tenant ${app.tenantId}.`,
      { fix: `Use an app registration of the tenant ${owner}.`, cause: error },
    );
  }
  const failure = networkFailure(error, host);
  if (failure) {
    return new ProviderError(failure.kind, `Microsoft Entra ID was not reached. ${failure.message}`, {
      fix:
        failure.kind === 'unreachable'
          ? `Let the machine that runs Mooring connect to ${host}.`
          : failure.fix,
      cause: error,
    });
  }
  return new ProviderError('unexpected', `Signing in at ${host} failed.`, {
    fix: 'Try again. If it stays so, the log of Mooring says what the answer was.',
    cause: error,
  });
}

function refusal(code: number, app: Identity, cause: unknown): ProviderError {
  const row = ROWS[code] ?? {
    message: () => `Microsoft Entra ID refused the sign-in (AADSTS${code}).`,
    fix: () => `Look the code up: https://login.microsoftonline.com/error?code=${code}`,
  };
  return new ProviderError('unauthenticated', row.message(app), {
    fix: row.fix(app),
    serviceCode: `AADSTS${code}`,
    cause,
  });
}

function codeOf(error: Error): number | null {
  const { errorNo } = error as { errorNo?: unknown };
  const number = Number(errorNo ?? /AADSTS(\d+)/.exec(error.message)?.[1]);
  return Number.isInteger(number) && number > 0 ? number : null;
}
