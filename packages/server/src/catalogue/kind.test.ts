import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kindOf } from './kind.ts';

describe('kindOf', () => {
  test.each([
    ['image/jpeg', 'a.bin', 'image'],
    ['IMAGE/JPEG; charset=binary', 'a', 'image'],
    ['image/svg+xml', 'a.svg', 'image'],
    ['image/dicom-rle', 'a.jpg', 'dicom'],
    ['application/dicom', 'series/1', 'dicom'],
    ['application/dicom+json', 'a', 'text'],
    ['application/gzip', 'brain.nii.gz', 'nifti'],
    ['application/gzip', 'brain.tar.gz', 'other'],
    ['text/csv', 'a.jpg', 'text'],
    ['application/json', 'labels', 'text'],
    ['application/zip', 'a.zip', 'other'],
    ['application/zip', 'a.jpg', 'image'],
    ['video/mp4', 'a', 'video'],
    ['application/ogg', 'a.ogv', 'audio'],
    ['application/pdf', 'a', 'pdf'],
  ])('%s of %s is %s', (type, key, kind) => expect(kindOf(type, key)).toBe(kind));

  test.each([
    ['photos/IMG_1.JPG', 'image'],
    ['scan.DCM', 'dicom'],
    ['brain.NII.GZ', 'nifti'],
    ['brain.nii', 'nifti'],
    ['notes.md', 'text'],
    ['labels.jsonl', 'text'],
    ['song.flac', 'audio'],
    ['clip.mov', 'video'],
    ['report.pdf', 'pdf'],
    ['model.pt', 'other'],
    ['.jpg', 'image'],
    ['photos.jpg/readme', 'other'],
    ['README', 'other'],
    ['a.', 'other'],
    ['', 'other'],
    ['a.constructor', 'other'],
  ])('without a type of its own, %j is %s', (key, kind) => {
    for (const type of [null, '', 'application/octet-stream', 'Binary/Octet-Stream'])
      expect(kindOf(type, key)).toBe(kind);
  });

  test('a type that an object prototype knows is no kind', () => {
    expect(kindOf('constructor', 'a')).toBe('other');
    expect(kindOf('__proto__', 'a')).toBe('other');
  });

  test('the directory of a key never matters', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (directory, name) => {
        const last = name.replaceAll('/', '');
        expect(kindOf(null, `${directory}/${last}`)).toBe(kindOf(null, last));
      }),
    );
  });
});
