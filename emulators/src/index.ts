export { mintAccountSas } from './account-sas.ts';
export { type Azurite, type StorageAccount, startAzurite } from './azurite.ts';
export { type Certificates, createCertificates } from './certificates.ts';
export { type Application, type Entra, startEntra } from './entra/entra.ts';
export { ROLES, type RoleAssignment } from './front/bearer.ts';
export type { Fault } from './front/faults.ts';
export { type AzureFront, startAzureFront } from './front/front.ts';
export type { SeedObject } from './objects.ts';
export { type Storage, startStorage } from './storage.ts';
