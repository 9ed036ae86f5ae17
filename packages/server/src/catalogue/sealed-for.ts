import type { SealedFor } from '../platform/secrets.ts';

// What each secret in the database is sealed with. A value that can be changed through the API must not be among them:
// such a change has to seal anew.

/** The credential of a connection goes nowhere but to the place that it was given for, in the way it was given. */
export const connectionSecret = (row: {
  workspace_id: string;
  id: string;
  provider: string;
  access_mode: string;
  location: object;
}): SealedFor => ({
  name: row.id,
  words: 'the workspace, the location and the access mode that it was given for',
  fix: 'If the database was changed by hand, change it back. Otherwise replace the credential.',
  values: ['connection', row.workspace_id, row.id, row.provider, row.access_mode, row.location],
});

/** The secret of a webhook signs nothing that goes to another address. */
export const webhookSecret = (row: { workspace_id: string; id: string; url: string }): SealedFor => ({
  name: row.id,
  words: 'the workspace and the URL that it was made for',
  fix: 'If the database was changed by hand, change it back. Otherwise delete the webhook, and add it again.',
  values: ['webhook', row.workspace_id, row.id, row.url],
});

/** The token of a tool goes to no other address, and the link in it belongs to the connector. */
export const connectorSecrets = (row: { workspace_id: string; id: string; url: string }): SealedFor => ({
  name: row.id,
  words: 'the workspace and the URL that they were given for',
  fix: 'If the database was changed by hand, change it back. Otherwise give the connector its token again.',
  values: ['connector', row.workspace_id, row.id, row.url],
});

/** A URL opens the object that it was registered for, and no other host or connection gets it. */
export const registeredUrl = (row: {
  workspace_id: string;
  connection_id: string;
  container: string;
  key: string;
}): SealedFor => ({
  name: 'a registered URL',
  words: 'the workspace, the connection and the object that it was registered for',
  fix: 'Register the URL again.',
  values: ['registered-url', row.workspace_id, row.connection_id, row.container, row.key],
});

/** A piece of a manifest belongs to its registration, and to its place there. */
export const registrationPart = (row: {
  workspace_id: string;
  registration_id: string;
  kind: string;
  seq: number;
}): SealedFor => ({
  name: `a part of the registration ${row.registration_id}`,
  words: 'the workspace and the registration that it was sent for',
  fix: 'Register the list again.',
  values: ['registration-part', row.workspace_id, row.registration_id, row.kind, row.seq],
});

/** An answer is given again to the same caller and the same request only. `key` has the caller's id in it. */
export const keptAnswer = (row: { workspace_id: string; key: string; request_hash: Buffer }): SealedFor => ({
  name: 'an answer that was kept',
  words: 'the workspace, the caller and the request that it was made for',
  fix: 'Send the request again with another Idempotency-Key.',
  values: ['answer', row.workspace_id, row.key, row.request_hash.toString('hex')],
});

/** The one row that says which key is the installation's. */
export const KEY_CHECK: SealedFor = {
  name: 'secret_key_check',
  words: 'the key of this installation',
  fix: 'Restore the database from a backup.',
  values: ['secret_key_check'],
};
