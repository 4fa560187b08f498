import { ContainerImageError } from '../../errors.ts'

/**
 * Runs `work` for every item at once and waits for all of them, so that nothing goes on in the
 * background after a failure. Several failures are thrown as one error that names each.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const settled = await Promise.allSettled(items.map(work))
  const failures = settled.filter((result) => result.status === 'rejected')
  if (failures.length > 0) throw combined(failures.map((failure): unknown => failure.reason))
  return settled.filter((result) => result.status === 'fulfilled').map((result) => result.value)
}

/** The same fault in several images is said once; a bug of ours is never hidden behind others. */
function combined(reasons: readonly unknown[]): unknown {
  const expected = reasons.filter((reason) => reason instanceof ContainerImageError)
  if (expected.length < reasons.length) {
    return reasons.find((reason) => !(reason instanceof ContainerImageError))
  }
  const distinct = [...new Map(expected.map((error) => [error.message, error])).values()]
  if (distinct.length === 1) return distinct[0]
  const message = distinct.map((error) => `${error.code}: ${error.message}`).join('\n')
  return new ContainerImageError('SEVERAL_FAILED', message, { cause: distinct })
}
