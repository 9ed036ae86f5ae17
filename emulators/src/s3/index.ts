// An emulator of S3, which needs no other program.
export type { S3Role, S3User } from './accounts.ts';
export type { S3CorsRule } from './cors.ts';
export { type S3Emulator, type S3Fault, startS3 } from './s3.ts';
export { startS3Volume } from './volume.ts';
