/** `setTimeout` takes no more. */
export const longestWait = 2 ** 31 - 1

/** @returns undefined when it takes longer */
export async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    const wait = Math.min(longestWait, Math.max(0, milliseconds))
    timer = setTimeout(() => resolve(undefined), wait)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
