/** What the client of V7 calls our storage kinds; others have no word in it. */
export const STORAGE_PROVIDERS: Record<string, string> = { azure: 'azure', s3: 'aws', gcs: 'gcp' };
