import { appendFile } from 'node:fs/promises'

/** Gives the step of a GitHub workflow an output; nothing anywhere else. */
export async function setStepOutput(
  name: string,
  value: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const file = environment['GITHUB_OUTPUT']
  if (file !== undefined) await appendFile(file, `${name}=${value}\n`)
}
