import { readFile } from 'node:fs/promises'

import { reportVariable } from './write-deploy-report.ts'

/** The text that a deploy left where the environment says; empty when it left none. */
export async function readDeployReport(environment: NodeJS.ProcessEnv): Promise<string> {
  const file = environment[reportVariable]
  return file === undefined ? '' : await readFile(file, 'utf8').catch(() => '')
}
