/** What a shell reports of a program that Ctrl-C ended: 128 and the number of SIGINT. */
const interrupted = 130

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
