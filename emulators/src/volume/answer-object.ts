import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AzureError } from '../front/errors.ts';
import { type Answer, notFound } from './answer.ts';
import type { VolumeContainer } from './containers.ts';
import { find, type VolumeObject } from './object-sequence.ts';

/** Answers HEAD and GET, whole or a range, and PUT and DELETE of what was put. */
export async function answerObject(
  message: IncomingMessage,
  container: VolumeContainer,
  key: string,
): Promise<Answer | AzureError> {
  if (message.method === 'PUT' || message.method === 'DELETE') return write(message, container, key);
  const object = find(container.objects, key);
  if (!object) return notFound('Blob');
  const { 'if-match': ifMatch } = message.headers;
  if (ifMatch && ifMatch !== '*' && ifMatch !== `"${object.etag}"`) return conditionNotMet;
  const typeAsked = new URL(message.url!, 'http://localhost').searchParams.get('rsct');
  const headers = {
    ...factsOf(object),
    ...(typeAsked && { 'content-type': typeAsked }), // a SAS can name another content type
    'accept-ranges': 'bytes',
  };
  if (message.method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': object.sizeBytes } };
  if (object.tier === 'Archive') return archived;
  const body = container.objects.bodyOf(object);
  const asked = /^bytes=(\d+)-(\d*)$/.exec(
    String(message.headers['x-ms-range'] ?? message.headers.range ?? ''),
  );
  if (!asked) return { status: 200, headers, body: [body] };
  const start = Number(asked[1]);
  const end = Math.min(asked[2] ? Number(asked[2]) : Number.POSITIVE_INFINITY, object.sizeBytes - 1);
  if (start > end) return invalidRange;
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end}/${object.sizeBytes}` },
    body: [body.subarray(start, end + 1)],
  };
}

async function write(
  message: IncomingMessage,
  { stored }: VolumeContainer,
  key: string,
): Promise<Answer | AzureError> {
  if (message.method === 'DELETE')
    return stored.remove(key) ? { status: 202, headers: {} } : notFound('Blob');
  const { headers } = message;
  const contentType = headers['x-ms-blob-content-type'] ?? headers['content-type'];
  const object = stored.put(key, await buffer(message), {
    directory: headers['x-ms-meta-hdi_isfolder'] === 'true',
    ...(contentType && { contentType: String(contentType) }),
  });
  return { status: 201, headers: { etag: `"${object.etag}"` } };
}

const factsOf = (object: VolumeObject): Record<string, string> => ({
  'content-type': object.contentType,
  'content-md5': object.contentMd5,
  etag: `"${object.etag}"`,
  'last-modified': new Date(object.modifiedAt).toUTCString(),
  'x-ms-creation-time': new Date(object.modifiedAt).toUTCString(),
  'x-ms-blob-type': 'BlockBlob',
  'x-ms-access-tier': object.tier,
  ...(object.directory && { 'x-ms-meta-hdi_isfolder': 'true' }),
});

const conditionNotMet: AzureError = {
  status: 412,
  code: 'ConditionNotMet',
  message: 'The condition specified using HTTP conditional header(s) is not met.',
};
const archived: AzureError = {
  status: 409,
  code: 'BlobArchived',
  message: 'This operation is not permitted on an archived blob.',
};
const invalidRange: AzureError = {
  status: 416,
  code: 'InvalidRange',
  message: 'The range specified is invalid for the current size of the resource.',
};
