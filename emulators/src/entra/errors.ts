import { randomUUID } from 'node:crypto';

/**
 * What Entra answers when it refuses a client. Status, OAuth code and wording are as recorded from
 * login.microsoftonline.com; the codes are listed at
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const ENTRA_ERRORS = {
  90002: {
    status: 400,
    error: 'invalid_request',
    message: (tenant: string) =>
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  },
  700016: {
    status: 400,
    error: 'unauthorized_client',
    message: (tenant: string, clientId: string) =>
      `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  },
  7000229: {
    status: 401,
    error: 'invalid_client',
    message: (tenant: string, clientId: string) =>
      `The client application ${clientId} is missing service principal in the tenant ${tenant}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119`,
  },
  7000215: {
    status: 401,
    error: 'invalid_client',
    message: (_tenant: string, clientId: string) =>
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  },
  700027: {
    status: 401,
    error: 'invalid_client',
    message: (_tenant: string, clientId: string) =>
      `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'.`,
  },
  700024: {
    status: 401,
    error: 'invalid_client',
    message: () =>
      'Client assertion is not within its valid time range. Current time and the valid time range of the assertion do not overlap.',
  },
  700021: {
    status: 401,
    error: 'invalid_client',
    message: () =>
      "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials.",
  },
  700211: {
    status: 401,
    error: 'invalid_client',
    message: () =>
      'No matching federated identity record found for presented assertion issuer. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.',
  },
  700212: {
    status: 401,
    error: 'invalid_client',
    message: () =>
      'No matching federated identity record found for presented assertion audience. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.',
  },
  700213: {
    status: 401,
    error: 'invalid_client',
    message: () =>
      'No matching federated identity record found for presented assertion subject. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.',
  },
  7000218: {
    status: 401,
    error: 'invalid_client',
    message: () =>
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  54005: {
    status: 400,
    error: 'invalid_grant',
    message: () =>
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  70008: {
    status: 400,
    error: 'invalid_grant',
    message: () => 'The provided authorization code or refresh token has expired due to inactivity.',
  },
  501481: {
    status: 400,
    error: 'invalid_grant',
    message: () =>
      'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  7000222: {
    status: 401,
    error: 'invalid_client',
    message: (_tenant: string, clientId: string) =>
      `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
  },
} as const;
export type EntraErrorCode = keyof typeof ENTRA_ERRORS;

/** A refusal: the HTTP status and the JSON body that Entra sends with it. */
export function entraError(code: EntraErrorCode, tenant: string, clientId: string, correlationId: string) {
  const { status, error, message } = ENTRA_ERRORS[code];
  const traceId = randomUUID();
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '');
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${message(tenant, clientId)} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}
