import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';

export const sshKey = z
  .object({
    id: id('sshKey'),
    name: z.string(),
    fingerprint: z.string().meta({ description: 'As `ssh-keygen -l` shows it', example: 'SHA256:…' }),
    createdAt: timestamp,
    expiresAt: timestamp,
    lastUsedAt: timestamp.nullable(),
  })
  .meta({ id: 'SshKey' });
export type SshKey = z.infer<typeof sshKey>;

export const sshKeyCreate = z.strictObject({
  publicKey: z.string().trim().min(1).max(2000).meta({
    description: 'The line of the file that ends in .pub',
    example: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… ada@example.org',
  }),
  name: z.string().trim().min(1).max(120).optional().meta({
    description: 'Default: the comment of the key',
  }),
  expiresInSeconds: z
    .number()
    .int()
    .min(60)
    .max(366 * 86_400)
    .default(365 * 86_400),
});
export type SshKeyCreate = z.input<typeof sshKeyCreate>;

/** Public keys by which clients of other platforms know a person. */
export const sshKeyRoutes = {
  listOwnSshKeys: defineRoute({
    method: 'GET',
    path: '/v1/me/ssh-keys',
    tag: 'account',
    summary: 'Your SSH keys, newest first',
    action: 'self.see',
    query: pageQuery,
    status: 200,
    response: page(sshKey),
  }),
  createOwnSshKey: defineRoute({
    method: 'POST',
    path: '/v1/me/ssh-keys',
    tag: 'account',
    summary: 'Register an SSH public key of yours',
    description:
      'Clients that sign their requests with the private key then do what you may. Keys are of the type ed25519.',
    action: 'self.change',
    body: sshKeyCreate,
    status: 201,
    response: sshKey,
    audit: 'ssh_key.created',
  }),
  deleteOwnSshKey: defineRoute({
    method: 'DELETE',
    path: '/v1/me/ssh-keys/:sshKeyId',
    tag: 'account',
    summary: 'Remove an SSH key of yours at once',
    action: 'self.change',
    params: z.object({ sshKeyId: id('sshKey') }),
    status: 204,
    response: null,
    audit: 'ssh_key.removed',
  }),
} as const;
