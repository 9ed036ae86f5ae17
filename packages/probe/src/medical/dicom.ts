import type { MediaFacts, MediaWarning } from '@mooring/contract';
import type { Format } from '../format.ts';
import { type DicomValues, readDataSet } from './dicom-data-set.ts';
import { firstElementAt } from './dicom-start.ts';

/** Tags by the names of DICOM PS3.6. */
export const TAG = {
  modality: 0x00080060,
  frameTime: 0x00181063,
  frameTimeVector: 0x00181065,
  cineRate: 0x00180040,
  displayFrameRate: 0x00082144,
  sopInstanceUid: 0x00080018,
  studyInstanceUid: 0x0020000d,
  seriesInstanceUid: 0x0020000e,
  instanceNumber: 0x00200013,
  samplesPerPixel: 0x00280002,
  photometricInterpretation: 0x00280004,
  planarConfiguration: 0x00280006,
  numberOfFrames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  bitsAllocated: 0x00280100,
  bitsStored: 0x00280101,
  highBit: 0x00280102,
  pixelRepresentation: 0x00280103,
  windowCenter: 0x00281050,
  windowWidth: 0x00281051,
  rescaleIntercept: 0x00281052,
  rescaleSlope: 0x00281053,
} as const;

/** Elements that tell who a person is (PS3.15, table E.1-1), by the names that people read. */
const PERSONAL = new Map([
  [0x00080050, 'accession number'],
  [0x00080080, 'institution name'],
  [0x00080090, "referring physician's name"],
  [0x00081050, "performing physician's name"],
  [0x00081070, "operators' name"],
  [0x00100010, "patient's name"],
  [0x00100020, 'patient ID'],
  [0x00100030, "patient's birth date"],
  [0x00101000, 'other patient IDs'],
  [0x00101001, 'other patient names'],
  [0x00101040, "patient's address"],
  [0x00101060, "patient's mother's birth name"],
  [0x00102154, "patient's telephone numbers"],
  [0x00104000, 'patient comments'],
]);
const WANTED = new Set<number>([...Object.values(TAG), ...PERSONAL.keys()]);
/** What describes the picture stands in the groups up to 0028, and elements stand in order. */
const AFTER_DESCRIPTION = 0x00290000;

export const DICOM: Format = {
  id: 'dicom',
  mediaType: 'application/dicom',
  kind: 'dicom',
  extensions: ['dcm', 'dicom', 'dic', 'ima'],
  recognises: (head, sizeBytes) => firstElementAt(head, sizeBytes) !== null,
  async read(reader) {
    const { values, transferSyntax, isTruncated } = await readDataSet(reader, WANTED, AFTER_DESCRIPTION);
    return { facts: factsOf(values, transferSyntax), warnings: warningsOf(values, isTruncated) };
  },
};

function factsOf(values: DicomValues, transferSyntax: string | null): Partial<MediaFacts> {
  const text = (tag: number) => values.get(tag)?.slice(0, 200) || null;
  const height = count(values, TAG.rows);
  const frames = count(values, TAG.numberOfFrames) ?? (height === null ? null : 1);
  return {
    width: count(values, TAG.columns),
    height,
    bitDepth: count(values, TAG.bitsStored) ?? count(values, TAG.bitsAllocated),
    pixelFormat: text(TAG.photometricInterpretation),
    codec: transferSyntax?.slice(0, 200) ?? null,
    frames,
    framesExact: frames === null ? null : true,
    ...timesOf(values, frames),
    modality: text(TAG.modality),
    studyUid: text(TAG.studyInstanceUid),
    seriesUid: text(TAG.seriesInstanceUid),
    instanceUid: text(TAG.sopInstanceUid),
    instanceNumber: integer(values.get(TAG.instanceNumber)),
  };
}

function timesOf(values: DicomValues, frames: number | null): Partial<MediaFacts> {
  const fps = framesPerSecond(values);
  if (frames === null || frames < 2) return {};
  if (values.has(TAG.frameTimeVector)) return { frameRate: 'variable' };
  return fps === null ? {} : { fps, frameRate: 'constant', durationSeconds: frames / fps };
}

/** From the time between frames; else the rate at which it was taken, or should be shown. */
function framesPerSecond(values: DicomValues): number | null {
  const milliseconds = Number(values.get(TAG.frameTime));
  if (milliseconds > 0 && milliseconds < 1e9) return 1000 / milliseconds;
  const rate = Number(values.get(TAG.cineRate)) || Number(values.get(TAG.displayFrameRate));
  return rate > 0 && rate < 1e6 ? rate : null;
}

function warningsOf(values: DicomValues, isTruncated: boolean): MediaWarning[] {
  const personal = [...PERSONAL].filter(([tag]) => values.get(tag)).map(([, name]) => name);
  return [
    ...(personal.length > 0
      ? [
          {
            code: 'personal_data' as const,
            message: `The DICOM header holds personal data: ${personal.join(', ')}.`,
          },
        ]
      : []),
    ...(isTruncated
      ? [{ code: 'truncated' as const, message: 'The file ends in the middle of its DICOM header.' }]
      : []),
  ];
}

/** A count of the header; null where it is absent or no count. Some files give several, separated by backslashes. */
export const count = (values: DicomValues, tag: number): number | null => {
  const value = integer(values.get(tag));
  return value !== null && value >= 0 ? value : null;
};

const integer = (text: string | undefined): number | null =>
  text !== undefined && /^[+-]?\d{1,15}(\.0*)?$/.test(text) ? Number(text) : null;
