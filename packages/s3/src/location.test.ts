import { describe, expect, test } from 'vitest';
import { s3LocationRules } from './kind/location-rules.ts';
import { readLocation, toParts } from './location.ts';

const read = (url: string, parts: Record<string, string> = {}) => {
  const location = readLocation({ url, ...parts });
  return location.ok ? location.value : location;
};

describe('an address', () => {
  const amazon = { container: 'acme-media', prefix: 'raw/a b.jpg', addressing: 'virtual' };
  const inEu = { ...amazon, region: 'eu-central-1', endpoint: 'https://s3.eu-central-1.amazonaws.com' };
  test.each<[string, Record<string, unknown>]>([
    ['s3://acme-media/raw/a b.jpg', { ...amazon, region: '', endpoint: 'https://s3.amazonaws.com' }],
    ['"s3a://acme-media/raw/a b.jpg"', amazon],
    ['arn:aws:s3:::acme-media/raw/a b.jpg', amazon],
    ['arn:aws:s3:::acme-media/*', { container: 'acme-media', prefix: '' }],
    ['https://acme-media.s3.eu-central-1.amazonaws.com/raw/a%20b.jpg', inEu],
    ['https://acme-media.s3.eu-central-1.amazonaws.com/raw/a%20b.jpg?X-Amz-Signature=0123', inEu],
    ['https://s3.eu-central-1.amazonaws.com/acme-media/raw/a%20b.jpg', inEu],
    ['acme-media.s3.eu-central-1.amazonaws.com/raw/a%20b.jpg', inEu],
    ['https://acme-media.s3.amazonaws.com/raw/a%20b.jpg', { ...amazon, region: '' }],
    [
      'https://acme-media.s3.cn-north-1.amazonaws.com.cn/x',
      { region: 'cn-north-1', endpoint: 'https://s3.cn-north-1.amazonaws.com.cn' },
    ],
    [
      'https://acme-media.s3.dualstack.eu-west-1.amazonaws.com/x',
      { region: 'eu-west-1', endpoint: 'https://s3.dualstack.eu-west-1.amazonaws.com' },
    ],
    [
      'https://eu-central-1.console.aws.amazon.com/s3/buckets/acme-media?region=eu-central-1&prefix=raw/a%20b.jpg',
      inEu,
    ],
    [
      `https://${'0'.repeat(32)}.r2.cloudflarestorage.com/acme-media/raw/`,
      { region: 'auto', addressing: 'path', prefix: 'raw/' },
    ],
    ['https://acme-media.s3.eu-central-2.wasabisys.com/', { region: 'eu-central-2', addressing: 'virtual' }],
    ['https://s3.us-west-004.backblazeb2.com/acme-media', { region: 'us-west-004', addressing: 'virtual' }],
    [
      'https://minio.lab:9000/acme-media/raw/',
      { endpoint: 'https://minio.lab:9000', region: '', addressing: 'path', prefix: 'raw/' },
    ],
    ['http://10.0.0.7:9000/acme-media/a/../b', { endpoint: 'http://10.0.0.7:9000', prefix: 'a/../b' }],
  ])('is read: %s', (address, expected) => {
    const location = read(address);
    expect(location).toMatchObject(expected);
    if ('ok' in location) throw new Error(location.message);
    // What it says, typed again, leads to the same place.
    expect(readLocation(toParts(location))).toEqual({ ok: true, value: location });
    expect(readLocation({ ...toParts(location), ...s3LocationRules.toParts(location) })).toMatchObject({
      ok: true,
    });
  });

  test.each([
    ['arn:aws:s3:eu-west-1:111122223333:accesspoint/mine', /access point/, 'url'],
    ['https://eu-central-1.console.aws.amazon.com/s3/home', /page of the console/, 'url'],
    ['https://user:word@minio.lab/acme', /not an address/, 'url'],
    ['s3://Acme-Media/', /capital letters/, 'container'],
    ['s3://acme--euw1-az1--x-s3/', /directory bucket/, 'container'],
    ['s3://10.0.0.1/', /address of the internet/, 'container'],
    ['s3:///raw/', /bucket is missing/, 'container'],
    ['https://minio.lab/a%zz', /percent-encoded/, 'url'],
  ])('is refused: %s', (address, message, field) => {
    expect(read(address)).toMatchObject({ ok: false, field, message: expect.stringMatching(message) });
  });

  test('says no name that may be a secret', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const location = read(`s3://${secret}`);
    expect(JSON.stringify(location)).not.toContain('bPxRfiCY');
    expect(JSON.stringify(read('', { container: `${secret.replaceAll('/', '+')}` }))).not.toContain(
      'bPxRfiCY',
    );
  });

  test.each([
    [{ endpoint: 'https://minio.lab/path' }, /has a path/],
    [{ endpoint: 'ftp://minio.lab' }, /not an endpoint/],
    [{ endpoint: 'https://other.s3.eu-central-1.amazonaws.com' }, /begins with the name of a bucket/],
    [{ endpoint: 'https://other.s3.amazonaws.com' }, /begins with the name of a bucket/],
    [{ browserEndpoint: 'https://acme.nyc3.digitaloceanspaces.com' }, /begins with the name of a bucket/],
    [{ endpoint: 'https://u:p@minio.lab' }, /password/],
    [{ region: 'eu central' }, /name of a region/],
    [{ addressing: 'both' }, /virtual/],
    [{ payer: 'me' }, /requester/],
    [{ bucketOwner: '12' }, /12 digits/],
    [{ container: 'other' }, /but the address says/],
  ])('is refused with %j', (parts, message) => {
    expect(read('s3://acme-media', parts)).toMatchObject({
      ok: false,
      message: expect.stringMatching(message),
    });
  });

  test('with a dot in the name of the bucket has it in the path, because of the certificate', () => {
    expect(read('s3://media.acme.example/')).toMatchObject({ addressing: 'path' });
    expect(read('s3://media.acme.example/', { addressing: 'virtual' })).toMatchObject({
      addressing: 'virtual',
    });
  });

  test('of an object is found with any query', () => {
    const location = read('s3://acme-media/');
    if ('ok' in location) throw new Error(location.message);
    expect(
      s3LocationRules.object('https://acme-media.s3.amazonaws.com/a/%23b?X-Amz-Signature=1', location),
    ).toEqual({
      ok: true,
      value: { container: 'acme-media', key: 'a/#b' },
    });
    expect(s3LocationRules.object('s3://acme-media/', location)).toMatchObject({ ok: false });
  });
});
