/** What is shown of a link that still works: never the link itself. */
export const toLink = (row: {
  id: string;
  created_at: Date;
  expires_at: Date;
  parent_token_id: string | null;
}) => ({
  id: row.id,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  parentTokenId: row.parent_token_id,
});
