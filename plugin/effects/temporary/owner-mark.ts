import { createHash } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'

const unknown = 'unknown'
let own: Promise<string> | undefined

/**
 * Part of a temporary name: whose it is can be told from it, also once that one is gone.
 * `PID-SPACE`, where SPACE is the same where process numbers mean the same: this boot of this
 * machine, and the container in it.
 */
export async function ownerMark(): Promise<string> {
  return `${process.pid}-${await (own ??= processSpace())}`
}

/** `alive`: or so it looks. `gone`: ended for certain. `unseen`: one whose number means nothing here. */
export async function stateOfOwner(
  pid: number,
  space: string,
): Promise<'alive' | 'gone' | 'unseen'> {
  if (isRunning(pid)) return 'alive'
  return space !== unknown && space === (await (own ??= processSpace())) ? 'gone' : 'unseen'
}

async function processSpace(): Promise<string> {
  if (process.platform !== 'linux') return process.platform
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const container = await readlink('/proc/self/ns/pid')
    return createHash('sha256').update(`${boot}${container}`).digest('hex').slice(0, 12)
  } catch {
    return unknown
  }
}

/** Also one that is not ours to ask about, or that got the number of another. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
