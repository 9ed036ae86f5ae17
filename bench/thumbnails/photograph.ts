import sharp from 'sharp';

const PREVIEW = { width: 160, height: 120 };

/**
 * A photograph of noise of about so many bytes, as a camera writes it.
 * @param hasPreview whether its EXIF data holds a preview, as most cameras write it
 */
export async function photograph(bytes: number, hasPreview: boolean): Promise<Buffer> {
  const width = Math.round(Math.sqrt((bytes * 4) / 3 / BYTES_PER_PIXEL));
  const height = Math.round((width * 3) / 4);
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const picture = sharp({ create: { width, height, channels: 3, background: '#888', noise } });
  const jpeg = await picture.jpeg({ quality: 90 }).toBuffer();
  if (!hasPreview) return jpeg;
  const preview = await sharp(jpeg).resize(PREVIEW.width, PREVIEW.height).jpeg({ quality: 80 }).toBuffer();
  return withPreview(jpeg, preview);
}
/** Of noise in JPEG with this quality. */
const BYTES_PER_PIXEL = 0.85;

/** Puts EXIF data with a preview into a JPEG (CIPA DC-008, 4.5 and 4.6.8). */
function withPreview(jpeg: Buffer, preview: Buffer): Buffer {
  const tiff = Buffer.alloc(44);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4); // the first directory: nothing but a link to the second
  tiff.writeUInt32LE(14, 10);
  tiff.writeUInt16LE(2, 14);
  const entry = (at: number, tag: number, value: number) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(4, at + 2);
    tiff.writeUInt32LE(1, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  entry(16, 0x0201, tiff.length);
  entry(28, 0x0202, preview.length);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, preview]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
