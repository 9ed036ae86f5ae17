import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** A refusal as Azure words it. `details` become further elements of the XML body. */
export interface AzureError {
  status: number;
  code: string;
  message: string;
  details?: Record<string, string>;
  headers?: Record<string, string>;
}

const UNAUTHENTICATED =
  'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.';
const CHALLENGED =
  'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.';

const notAuthorized = (code: string, using?: string): AzureError => ({
  status: 403,
  code,
  message: `This request is not authorized to perform this operation${using ? ` using this ${using}` : ''}.`,
});

const challenge = (tenant: string) => ({
  'www-authenticate': `Bearer authorization_uri=https://login.microsoftonline.com/${tenant}/oauth2/authorize resource_id=https://storage.azure.com`,
});

/**
 * Refusals with status, code and wording as recorded from Azure (emulators/fixtures/azure-errors). Listed at
 * https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
 */
export const azureErrors = {
  authenticationFailed: (detail: string): AzureError => ({
    status: 403,
    code: 'AuthenticationFailed',
    message: UNAUTHENTICATED,
    details: { AuthenticationErrorDetail: detail },
  }),
  noAuthenticationInformation: (tenant: string): AzureError => ({
    status: 401,
    code: 'NoAuthenticationInformation',
    message: CHALLENGED,
    headers: challenge(tenant),
  }),
  invalidAuthenticationInfo: (tenant: string, detail: string): AzureError => ({
    status: 401,
    code: 'InvalidAuthenticationInfo',
    message: CHALLENGED,
    details: { AuthenticationErrorDetail: detail },
    headers: challenge(tenant),
  }),
  keyBasedAuthenticationNotPermitted: (): AzureError => ({
    status: 403,
    code: 'KeyBasedAuthenticationNotPermitted',
    message: 'Key based authentication is not permitted on this storage account.',
  }),
  /** What a network rule answers. */
  authorizationFailure: () => notAuthorized('AuthorizationFailure'),
  permissionMismatch: () => notAuthorized('AuthorizationPermissionMismatch', 'permission'),
  resourceTypeMismatch: () => notAuthorized('AuthorizationResourceTypeMismatch', 'resource type'),
  serviceMismatch: () => notAuthorized('AuthorizationServiceMismatch', 'service'),
  protocolMismatch: () => notAuthorized('AuthorizationProtocolMismatch', 'protocol'),
  sourceIpMismatch: (address: string): AzureError => ({
    ...notAuthorized('AuthorizationSourceIPMismatch', 'source IP'),
    details: { SourceIP: address },
  }),
  invalidXmlNodeValue: (value: string): AzureError => ({
    status: 400,
    code: 'InvalidXmlNodeValue',
    message: 'The value for one of the XML nodes is not in the correct format.',
    // Azure repeats the value as the name.
    details: { XmlNodeName: value, XmlNodeValue: value },
  }),
  /** The emulator itself failed; Azure would not say why. */
  internalError: (why: string): AzureError => ({
    status: 500,
    code: 'InternalError',
    message: 'The server encountered an internal error. Please retry the request.',
    details: { Reason: why },
  }),
  serverBusy: (retryAfterSeconds?: number): AzureError => ({
    status: 503,
    code: 'ServerBusy',
    message: 'The server is busy.',
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  }),
};

/** The body of an error: a byte order mark, then XML on one line but for the breaks in the message. */
export function errorBody(error: AzureError, requestId: string, now: Date): string {
  const details = Object.entries(error.details ?? {}).map(
    ([name, text]) => `<${name}>${escapeXml(text)}</${name}>`,
  );
  const message = `${error.message}\nRequestId:${requestId}\nTime:${now.toISOString().replace('Z', '0000Z')}`;
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${error.code}</Code><Message>${escapeXml(message)}</Message>${details.join('')}</Error>`;
}

/** Answers with an error. `headers` are added to those of every answer (CORS, Date). */
export function sendError(
  response: ServerResponse,
  error: AzureError,
  now: Date,
  headers: Record<string, string | string[]>,
): void {
  const requestId = randomUUID();
  const body = Buffer.from(errorBody(error, requestId, now));
  response.writeHead(error.status, {
    ...headers,
    ...error.headers,
    'content-type': 'application/xml',
    'content-length': body.length,
    server: 'Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0',
    'x-ms-request-id': requestId,
    'x-ms-error-code': error.code,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
