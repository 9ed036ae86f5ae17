import { expect, test } from 'vitest';
import { mediaTypeOfName } from './media-type.ts';

test.each([
  ['mark.svg', 'image/svg+xml'],
  ['a.b/SHEET.PDF', 'application/pdf'],
  ['photo.avif', 'image/avif'],
  ['talk.m4a', 'audio/mp4'],
  ['clip.mov', 'video/quicktime'],
  ['scan.nii.gz', 'application/vnd.nifti'],
  ['.svg', 'image/svg+xml'],
  ['svg', null],
  ['note.unheard', null],
  ['', null],
])('the extension of “%s” stands for %s', (name, type) => {
  expect(mediaTypeOfName(name)).toBe(type);
});
