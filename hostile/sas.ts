/** A SAS that reads and lists. The storages here verify no signatures. */
export const SAS =
  'sv=2026-10-06&ss=b&srt=sco&sp=rl&se=2099-01-01T00:00:00Z&sig=bm9ib2R5IHZlcmlmaWVzIHRoaXMgc2lnbmF0dXJlLiE%3D';
