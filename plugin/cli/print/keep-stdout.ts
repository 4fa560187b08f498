/** Runs `work` with what other plugins and tools print sent to stderr: stdout is the answer's alone. */
export async function keepStdout<Result>(work: () => Promise<Result>): Promise<Result> {
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = process.stderr.write.bind(process.stderr)
  try {
    return await work()
  } finally {
    process.stdout.write = write
  }
}
