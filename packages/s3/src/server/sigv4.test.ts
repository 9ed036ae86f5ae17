import { describe, expect, test } from 'vitest';
import { canonicalQuery, createPresigner, signHeaders } from './sigv4.ts';

// The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and of
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
const KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const SCOPE = { region: 'us-east-1', service: 's3' } as const;
const NOW = new Date('2013-05-24T00:00:00Z');
const HOST = 'examplebucket.s3.amazonaws.com';

describe('Signature Version 4', () => {
  test.each<
    [string, { path?: string; query?: Record<string, string>; headers?: Record<string, string> }, string]
  >([
    [
      'a read of a range',
      { path: '/test.txt', headers: { range: 'bytes=0-9' } },
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    [
      'a parameter without a value',
      { query: { lifecycle: '' } },
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    ],
    [
      'a listing',
      { query: { 'max-keys': '2', prefix: 'J' } },
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])('signs %s as the documents do', (_, { path = '/', query = {}, headers = {} }, signature) => {
    const request = { method: 'GET', host: HOST, path, query: canonicalQuery(query), headers };
    const { authorization } = signHeaders(request, KEYS, SCOPE, NOW);
    expect(authorization).toContain(`Signature=${signature}`);
  });

  test('signs a URL as the documents do', () => {
    const sign = createPresigner({ method: 'GET', host: HOST, startsAt: NOW, seconds: 86_400 }, KEYS, SCOPE);
    expect(sign('/test.txt')).toBe(
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });
});
