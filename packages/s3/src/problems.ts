/** Codes of problems that only this kind has, with their titles. Their status is 400. */
export const S3_PROBLEMS = {
  access_key_malformed: 'This is not an access key',
  role_malformed: 'This is not the ARN of a role',
  temporary_keys_ended: 'These temporary keys have ended',
} as const;
