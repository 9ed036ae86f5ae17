import type { ConnectionCreate } from '@mooring/contract';
import type { Azurite, Certificates, Entra } from '@mooring/emulators';
import type { S3Emulator } from '@mooring/emulators/s3';

export const CONTAINER = 'media';
export const PREFIX = 'photos/';
export const RENDITIONS = 'renditions/';

/** A picture of one pixel, so that a browser has something to show. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What places have in common. */
export interface Ground {
  azurite: Azurite;
  entra: Entra;
  tenant: string;
  /** Gives out the sessions of roles. Its user is the identity of the installation. */
  sts: S3Emulator;
  certificates: Certificates;
  /** Of the installation, which pages load from. */
  origin: string;
  /** Certificates of authorities that the installation trusts, of which one has expired, the other is for another name. */
  expired: Certificates;
  misnamed: Certificates;
}

/** A storage for one cause alone, on which nothing is wrong yet. */
export interface Place extends Pick<Ground, 'certificates'> {
  /** The usual connection. */
  connection: ConnectionCreate;
  /** Allows all that any check tries, also writing. */
  allowAll(): void;
  /** Stops something with the place. */
  alsoStop(stop: () => Promise<unknown>): void;
  stop(): Promise<void>;
}
