import type { Benchmark } from '../report.ts';
import { listAzure } from './azure.ts';
import { listS3 } from './s3/s3.ts';

/** Lists a container of the storage that was asked for. */
export const listing: Benchmark = options => (options.storage === 's3' ? listS3 : listAzure)(options);
