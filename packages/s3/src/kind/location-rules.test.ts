import { expect, test } from 'vitest';
import { readLocation } from '../location.ts';
import { s3LocationRules } from './location-rules.ts';

const location = (url: string, endpoint?: string) => {
  const read = readLocation({ url, ...(endpoint ? { endpoint } : {}) });
  if (!read.ok) throw new Error(read.message);
  return read.value;
};
const AMAZON = location('https://acme-media.s3.eu-central-1.amazonaws.com/raw/');
const MINIO = location('s3://acme-media/raw/', 'https://minio.example:9000');

test.each([
  ['s3://acme-media/raw/a b.jpg', AMAZON, 'raw/a b.jpg'],
  ['s3://acme-media/other/a.jpg', MINIO, 'other/a.jpg'],
  ['arn:aws:s3:::acme-media/a.jpg', AMAZON, 'a.jpg'],
  ['https://acme-media.s3.amazonaws.com/a%20b.jpg?X-Amz-Signature=x', AMAZON, 'a b.jpg'],
  ['https://s3.eu-central-1.amazonaws.com/acme-media/a.jpg', AMAZON, 'a.jpg'],
  ['https://minio.example:9000/acme-media/a.jpg', MINIO, 'a.jpg'],
  ['https://acme-media.minio.example:9000/a.jpg', MINIO, 'a.jpg'],
])('%s belongs to it', (url, of, key) =>
  expect(s3LocationRules.owns(url, of)).toEqual({ container: 'acme-media', key }),
);

test.each([
  ['acme-media/a.jpg', AMAZON],
  ['s3://acme-other/a.jpg', AMAZON],
  ['s3://acme-media/', AMAZON],
  ['https://acme-media.s3.amazonaws.com/a.jpg', MINIO],
  ['https://minio.example:9000/acme-media/a.jpg', AMAZON],
  ['https://minio.example/acme-media/a.jpg', MINIO],
  ['https://minio.example:9000/acme-other/a.jpg', MINIO],
])('%s does not', (url, of) => expect(s3LocationRules.owns(url, of)).toBeNull());

test('a bucket of Amazon is the same place in all regions of a partition, and another one in another partition', () => {
  const placeIn = (region: string) =>
    s3LocationRules.place(location(`https://acme-media.s3.${region}.amazonaws.com/`));
  expect(placeIn('eu-central-1')).toBe(s3LocationRules.place(location('s3://acme-media/')));
  expect(placeIn('us-gov-west-1')).not.toBe(placeIn('us-west-1'));
});
