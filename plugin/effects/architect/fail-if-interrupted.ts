/** What a shell tells of a program that Ctrl-C ended: 128 and the number of SIGINT. */
const interrupted = 130

/**
 * Runs work during which the process must not end with exit code 0: on Ctrl-C Architect's own
 * listener does, and a pipeline would go on as if everything was deployed.
 */
export async function failIfInterrupted<T>(work: () => Promise<T>): Promise<T> {
  const tell = (): void => {
    process.exitCode ||= interrupted
  }
  process.on('exit', tell)
  try {
    return await work()
  } finally {
    process.off('exit', tell)
  }
}
