import { type ByteSource, ProbeError, probe, RangeReader } from '@mooring/probe';
import type { Sharp } from 'sharp';
import { pictureOfDicom } from './dicom.ts';
import { encode, shrink } from './encode.ts';
import { pictureOfImage } from './image.ts';
import { BUDGET } from './limits.ts';
import type { MakerAnswer, Task } from './messages.ts';
import { pictureOfNifti } from './nifti.ts';
import { NoThumbnail } from './no-thumbnail.ts';
import { pictureOfVideo } from './video.ts';

/** Makes one thumbnail. What cannot be shown becomes a reason. */
export async function makeThumbnail(source: ByteSource, task: Task): Promise<MakerAnswer> {
  try {
    return { picture: await encode(shrink(await pictureOf(source, task), task.size), task.format) };
  } catch (error) {
    if (error instanceof NoThumbnail) return { reason: error.reason, lasting: error.lasting };
    const isDamaged = !(error instanceof ProbeError) || error.code !== 'over_budget';
    const detail = error instanceof Error ? error.message.slice(0, 500) : String(error);
    return { reason: { title: isDamaged ? 'Damaged file' : 'Too much to read', detail }, lasting: true };
  }
}

async function pictureOf(source: ByteSource, { size, ffmpeg }: Task): Promise<Sharp> {
  if (source.sizeBytes === 0) throw new NoThumbnail('Empty file', 'The file is empty.');
  const { facts } = await probe(source, '', { budget: BUDGET }).catch(error => {
    if (!(error instanceof ProbeError) || error.code !== 'not_recognised') throw error;
    throw new NoThumbnail('Unknown format', error.message, { cause: error });
  });
  const reader = new RangeReader(source, BUDGET, AbortSignal.timeout(BUDGET.milliseconds));
  switch (facts.kind) {
    case 'image':
      return pictureOfImage(reader, facts, size);
    case 'video':
      return pictureOfVideo(reader, facts, { ffmpeg, size });
    case 'dicom':
      return pictureOfDicom(reader);
    case 'nifti':
      return pictureOfNifti(reader);
    default:
      throw new NoThumbnail('No picture', `Files of the type ${facts.mediaType} have no thumbnails.`);
  }
}
