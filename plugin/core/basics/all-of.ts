/**
 * All results. Waits for every one before the first failure is thrown, so that nothing goes on in the
 * background after it.
 */
export async function allOf<const Work extends readonly Promise<unknown>[]>(
  work: Work,
): Promise<{ -readonly [Key in keyof Work]: Awaited<Work[Key]> }> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}
