import { mayBeKept } from '@mooring/storage';
import { s3Secrets } from './secrets.ts';

/** A directory bucket (S3 Express One Zone). It lists in no order and needs sessions of its own. */
const DIRECTORY = /--[a-z0-9-]+--x-s3$/;

/**
 * What is wrong with the name of a bucket, in a sentence; null where nothing is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @param isAmazons other stores also allow capital letters, underscores and longer names
 */
export function bucketProblem(name: string, isAmazons: boolean): string | null {
  const most = isAmazons ? 63 : 255;
  if (name.length < 3 || name.length > most)
    return `The bucket name${show(name)} has ${name.length} character${name.length === 1 ? '' : 's'}; expected 3 to ${most}.`;
  if (name.includes('/'))
    return `The bucket name${show(name)} has a “/”; the text after it belongs in the prefix.`;
  if (isAmazons && /[A-Z]/.test(name) && /^[A-Za-z0-9.-]+$/.test(name))
    return `The bucket name${show(name)} has capital letters; bucket names are lowercase: “${name.toLowerCase()}”.`;
  const odd = (isAmazons ? /[^a-z0-9.-]/u : /[^A-Za-z0-9._-]/u).exec(name)?.[0];
  if (odd !== undefined)
    return `The bucket name${show(name)} has ${odd === ' ' ? 'a space' : `“${odd}”`}; only ${isAmazons ? 'lowercase letters' : 'letters'}, digits, dots${isAmazons ? '' : ', underscores'} and hyphens can be in it.`;
  if (!/^[A-Za-z0-9].*[A-Za-z0-9]$/.test(name))
    return `The bucket name${show(name)} must begin and end with a letter or digit.`;
  if (name.includes('..')) return `The bucket name${show(name)} has two dots in a row.`;
  if (/^\d+(\.\d+){3}$/.test(name))
    return `The bucket name${show(name)} is an address of the internet, not a name.`;
  if (DIRECTORY.test(name))
    return `The bucket${show(name)} is a directory bucket (S3 Express One Zone). It lists in no order, so Mooring cannot sync it.`;
  return null;
}

/** A secret can be pasted into the wrong field: such a name is not repeated. */
const show = (name: string): string => (name.length <= 63 && mayBeKept(name, s3Secrets) ? ` “${name}”` : '');
