/** A SAS that reads and lists. The emulator of the benchmarks does not verify signatures. */
export const SAS =
  'sv=2026-10-06&ss=b&srt=sco&sp=rl&se=2099-01-01T00:00:00Z&sig=bm9ib2R5IHZlcmlmaWVzIHRoaXMgc2lnbmF0dXJlLiE%3D';
