/** What the client of Encord calls our storage kinds. It knows no other names than its own. */
export const STORAGE_LOCATIONS: Record<string, string> = {
  azure: 'azure',
  s3: 's3',
  gcs: 'gcp',
  direct: 'directAccess',
};

/** The same in the older half of its API: a name of data sets, a number of rows. Other places are new to it. */
export const LEGACY_LOCATIONS: Record<string, { name: string; number: number }> = {
  s3: { name: 'AWS_S3', number: 1 },
  gcs: { name: 'GCP_STR', number: 2 },
  azure: { name: 'AZURE_STR', number: 3 },
};
export const NEW_LOCATION = { name: 'NEW_STORAGE', number: -99 };
