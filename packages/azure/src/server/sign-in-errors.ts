import { causesOf, networkFailure, ProviderError } from '@mooring/storage/server';

interface App {
  tenantId: string;
  clientId: string;
}

interface Row {
  message: (app: App) => string;
  fix: (app: App) => string;
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
/** Nothing that the app trusts matches the token of the workload identity in one of its claims. */
const untrusted = (claim: string): Row => ({
  message: ({ clientId }) =>
    `The app ${clientId} does not trust the workload identity of this installation: no federated credential of it has the ${claim} of its token.`,
  fix: () =>
    'Add a federated credential to the app registration with the issuer, subject and audience that Mooring shows for it (GET /v1/installation). A new one takes a few minutes to work.',
});

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
  700027: {
    message: ({ clientId }) => `The certificate is not one of the app ${clientId}, or has expired there.`,
    fix: () =>
      'Upload the certificate, without its key, under “Certificates & secrets” of the app registration; the thumbprint there must equal the one that Mooring shows.',
  },
  700024: {
    message: () => 'The credential that Mooring signed in with is expired, or not valid yet.',
    fix: () =>
      'Set the clock of the machine that runs Mooring (timedatectl). With a workload identity, check that its token file is renewed.',
  },
  700021: {
    message: ({ clientId }) => `Mooring signed in with the credential of another app than ${clientId}.`,
    fix: () => 'Check the client ID.',
  },
  70021: untrusted('issuer, subject and audience'),
  700211: untrusted('issuer'),
  700212: untrusted('audience'),
  700213: untrusted('subject'),
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
export function signInError(error: unknown, app: App, host: string): ProviderError {
  const chain = [...causesOf(error)];
  const own = chain.find(each => each instanceof ProviderError);
  if (own) return own;
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
    fix: 'Try again. If this continues, read the answer in the log of Mooring.',
    cause: error,
  });
}

function refusal(code: number, app: App, cause: unknown): ProviderError {
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

/** Why a managed identity got no token. https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling */
export function managedIdentityError(error: unknown, clientId: string | null): ProviderError {
  const chain = [...causesOf(error)];
  const failure = networkFailure(error, 'the endpoint of managed identities');
  if (failure) {
    return new ProviderError('unreachable', `No managed identity was found. ${failure.message}`, {
      fix: 'Run Mooring in Azure (a virtual machine, Container Apps, App Service or Kubernetes) and give that resource a managed identity.',
      cause: error,
    });
  }
  if (
    chain.some(({ message }) => /identity not found|identity_not_found|no .*managed identity/i.test(message))
  ) {
    return new ProviderError(
      'unauthenticated',
      clientId === null
        ? 'The machine that runs Mooring has no system-assigned managed identity.'
        : `The machine that runs Mooring has no managed identity with the client ID ${clientId}.`,
      {
        fix:
          clientId === null
            ? 'Switch on “System assigned” under “Identity” of the resource that runs Mooring.'
            : 'Add it under “Identity”, “User assigned” of the resource that runs Mooring, or correct the client ID.',
        cause: error,
      },
    );
  }
  return new ProviderError('unauthenticated', 'The managed identity of the machine gave no token.', {
    fix: 'Check that the resource that runs Mooring has a managed identity. The log of Mooring says what the answer was.',
    cause: error,
  });
}

/** Why the Azure CLI gave no token. */
export function cliError(error: unknown): ProviderError {
  const chain = [...causesOf(error)];
  const says = (pattern: RegExp): boolean => chain.some(({ message }) => pattern.test(message));
  if (says(/could not be found/)) {
    return new ProviderError(
      'unauthenticated',
      'There is no Azure CLI where Mooring runs: no command “az”.',
      {
        fix: 'Install it (https://aka.ms/azure-cli) and run: az login',
        cause: error,
      },
    );
  }
  if (says(/az login/)) {
    return new ProviderError(
      'unauthenticated',
      'No account is signed in with the Azure CLI where Mooring runs.',
      {
        fix: 'Run, as the user who runs Mooring: az login',
        cause: error,
      },
    );
  }
  return new ProviderError('unauthenticated', 'The Azure CLI gave no token.', {
    fix: 'Run, as the user who runs Mooring, to see why: az account get-access-token --resource https://storage.azure.com',
    cause: error,
  });
}
