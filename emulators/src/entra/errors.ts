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
