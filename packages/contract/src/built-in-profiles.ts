import type { Profile, ProfileRule } from './resources/profiles.ts';

const READABLE: ProfileRule = {
  id: 'readable-tier',
  fact: 'archiveState',
  oneOf: ['readable', 'unknown'],
  whenUnknown: 'pass',
  fix: 'Move the object to a tier that can be read at once. Bringing it back can take hours, then sync the source.',
  commands: [],
};

const TO_MP4 =
  'ffmpeg -i {file} -c:v libx264 -pix_fmt yuv420p -c:a aac -brand mp42 -movflags +faststart {as:.mp4}';
const reencode = [{ title: 'Write an MP4 that fits', text: TO_MP4 }];

const builtIn = (name: string, description: string, rules: ProfileRule[]): Profile => ({
  name,
  description,
  builtIn: true,
  rules,
  revision: 1,
  updatedAt: null,
});

/** Profiles that every workspace has. What the platforms ask for is in their documents on cloud data. */
export const BUILT_IN_PROFILES: readonly Profile[] = [
  builtIn('none', 'Everything fits.', []),
  builtIn('encord', 'The storage lets each object be read at once.', [READABLE]),
  builtIn('datature', 'Pictures are stored upright. Videos are MP4 with the brand mp42, in yuv420p.', [
    {
      id: 'upright',
      kinds: ['image'],
      fact: 'orientation',
      oneOf: [1],
      whenUnknown: 'pass',
      fix: 'Turn the pixels, and write the picture without an orientation. Where the pixels are upright already, set the tag alone.',
      commands: [
        { title: 'Turn the pixels', text: 'ffmpeg -i {file} -q:v 2 {as}' },
        { title: 'Set the tag alone', text: 'exiftool -n -Orientation=1 {file}' },
      ],
    },
    {
      id: 'mp4',
      kinds: ['video'],
      fact: 'mediaType',
      oneOf: ['video/mp4'],
      whenUnknown: 'fail',
      fix: 'Write the video as MP4.',
      commands: reencode,
    },
    {
      id: 'brand',
      kinds: ['video'],
      fact: 'brand',
      oneOf: ['mp42'],
      whenUnknown: 'fail',
      fix: 'Write the container again with the brand mp42. Picture and sound stay as they are.',
      commands: [
        {
          title: 'Write the brand',
          text: 'ffmpeg -i {file} -c copy -brand mp42 -movflags +faststart {as:.mp4}',
        },
      ],
    },
    {
      id: 'pixel-format',
      kinds: ['video'],
      fact: 'pixelFormat',
      oneOf: ['yuv420p'],
      whenUnknown: 'fail',
      fix: 'Encode the video again in yuv420p.',
      commands: reencode,
    },
  ]),
  builtIn('browser-playable', 'A browser of today shows pictures and plays video and sound as they are.', [
    READABLE,
    {
      id: 'image-type',
      kinds: ['image'],
      fact: 'mediaType',
      oneOf: [
        'image/jpeg',
        'image/png',
        'image/gif',
        'image/webp',
        'image/avif',
        'image/bmp',
        'image/svg+xml',
      ],
      whenUnknown: 'pass',
      fix: 'Write the picture as PNG.',
      commands: [{ title: 'Write a PNG', text: 'ffmpeg -i {file} {as:.png}' }],
    },
    {
      id: 'container',
      kinds: ['video'],
      fact: 'mediaType',
      oneOf: ['video/mp4', 'video/webm', 'video/quicktime', 'video/x-m4v'],
      whenUnknown: 'fail',
      fix: 'Write the video as MP4.',
      commands: reencode,
    },
    {
      id: 'video-codec',
      kinds: ['video'],
      fact: 'codec',
      oneOf: ['avc1*', 'avc3*', 'vp8*', 'vp08*', 'vp9*', 'vp09*', 'av01*'],
      whenUnknown: 'fail',
      fix: 'Encode the video again in H.264.',
      commands: reencode,
    },
    {
      id: 'audio-type',
      kinds: ['audio'],
      fact: 'mediaType',
      oneOf: [
        'audio/mpeg',
        'audio/wav',
        'audio/x-wav',
        'audio/flac',
        'audio/ogg',
        'audio/mp4',
        'audio/aac',
        'audio/webm',
      ],
      whenUnknown: 'fail',
      fix: 'Write the sound as M4A.',
      commands: [{ title: 'Write an M4A', text: 'ffmpeg -i {file} -c:a aac {as:.m4a}' }],
    },
  ]),
];
