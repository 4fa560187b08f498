import { join } from 'node:path'

import { execa } from 'execa'

/** The folder with AWS's emulator for both architectures, fetched once; else why it cannot be had. */
export async function emulatorFolder(): Promise<string | { readonly skip: string }> {
  const script = join(import.meta.dirname, 'emulator.sh')
  const { stdout, exitCode, stderr } = await execa('bash', [script], { reject: false })
  if (exitCode === 0) return stdout.trim()
  return { skip: `AWS's emulator cannot be had here: ${stderr.split('\n').at(-1)}` }
}
