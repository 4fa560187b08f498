import { readFile } from 'node:fs/promises'
import { arch } from 'node:process'

import type { LambdaArchitecture } from '../../oci/platform.ts'

const own: Readonly<Record<string, LambdaArchitecture>> = { arm64: 'arm64', x64: 'x86_64' }
const emulators = { arm64: 'qemu-aarch64', x86_64: 'qemu-x86_64' } as const

/** Whether this machine starts programs of an architecture, and whether it has to emulate it. */
export async function howItRuns(
  architecture: LambdaArchitecture,
): Promise<'natively' | 'emulated' | undefined> {
  if (own[arch] === architecture) return 'natively'
  // Docker Desktop brings its own emulation, and no file to ask.
  if (process.platform !== 'linux') return 'emulated'
  const file = `/proc/sys/fs/binfmt_misc/${emulators[architecture]}`
  const registered = await readFile(file, 'utf8').catch(() => '')
  // Without F the emulator is looked for in the image.
  return /^enabled[^]*^flags:.*F/m.test(registered) ? 'emulated' : undefined
}
