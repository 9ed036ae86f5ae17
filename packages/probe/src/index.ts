// Reads what an asset is from few of its bytes. Runs in Node and in browsers; sends nothing itself.
export * from './budget.ts';
export * from './byte-source.ts';
export { decodeText, type TextEncoding, textEncoding } from './documents/text-encoding.ts';
export type { Preview } from './images/image-format.ts';
export * from './images/preview.ts';
export * from './media-type.ts';
export { type ByteRange, type DicomFrame, middleDicomFrame } from './medical/dicom-pixels.ts';
export { middleNiftiSlice, type NiftiSlice } from './medical/nifti.ts';
export * from './probe.ts';
export * from './probe-error.ts';
export * from './range-reader.ts';
export { type CsvDialect, csvDialect } from './tables/csv-dialect.ts';
export { csvRecords } from './tables/csv-records.ts';
export * from './url-source.ts';
export { findKeyFrame, readKeyFrame } from './video/key-frame/key-frame.ts';
