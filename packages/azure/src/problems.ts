import type { ErrorCode } from '@mooring/contract';

/** Codes of problems that only this kind has, with their titles. Their status is 400. */
export const AZURE_PROBLEMS = {
  sas_malformed: 'This is not a SAS token',
  sas_wrong_kind: 'This SAS token is of another kind',
  sas_wrong_service: 'This SAS token is not for Blob storage',
  sas_missing_resource_type: 'This SAS token does not reach containers and objects',
  sas_missing_permission: 'This SAS token lacks a permission',
  sas_expired: 'This SAS token has expired',
  sas_not_yet_valid: 'This SAS token is not valid yet',
  sas_too_broad: 'This SAS token grants too much to hand to browsers',
  account_key_refused: 'Account keys are not accepted',
} as const;

export type AzureProblemCode = ErrorCode | keyof typeof AZURE_PROBLEMS;
