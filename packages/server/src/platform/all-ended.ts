/** Waits until all have ended, also where one fails: the others go on using what they were given. @throws the first failure */
export async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  const failed = ends.find(end => end.status === 'rejected');
  if (failed) throw failed.reason;
}
