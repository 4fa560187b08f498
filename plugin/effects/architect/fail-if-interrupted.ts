/** What a shell reports of a program that Ctrl-C ended: 128 and the number of SIGINT. */
const interrupted = 130

export function isInterrupted(exitCode: number): boolean {
  return exitCode === interrupted
}

let listening = false

/**
 * From here on Ctrl-C ends the process with an exit code that tells: Architect's own listener ends
 * it with 0, also while the stack is being updated, and a pipeline would go on as if everything was
 * deployed.
 */
export function failIfInterrupted(): void {
  if (listening) return
  listening = true
  process.prependListener('SIGINT', () => {
    process.exitCode = interrupted
    // Node ends a process by SIGINT only if nobody listens.
    if (process.listenerCount('SIGINT') === 1) process.exit()
  })
}

/**
 * Node ends a process that waits for nothing with exit code 0, also in the middle of a deploy whose
 * work was lost: then the code tells, and so does a line.
 */
export async function failIfUnfinished<T>(work: () => Promise<T>): Promise<T> {
  const tell = (): void => {
    if (process.exitCode === interrupted) return
    process.exitCode = 1
    process.stderr.write(
      'The deploy ended in the middle of its images; the stack was not changed.\n',
    )
  }
  process.on('exit', tell)
  try {
    return await work()
  } finally {
    process.off('exit', tell)
  }
}
