export { s3Server } from './kind.ts';
