import { randomBytes } from 'node:crypto'
import { access, mkdir, readdir, readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Counts what a command and a daemon that works for it use, and nobody else. */
export interface ProcessorTime {
  /** For Docker's `cgroup-parent`, so that its containers are counted. */
  readonly containers: string
  /** The argv that runs a program, and all that it starts, where it is counted. */
  counted(argv: readonly string[]): string[]
  /** User and system, of all processors, since this was opened. */
  seconds(): Promise<number>
  close(): Promise<void>
}

const root = '/sys/fs/cgroup'

/** A control group of Linux, of either version; undefined where none can be made. */
export async function openProcessorTime(): Promise<ProcessorTime | undefined> {
  const name = `bench-${randomBytes(4).toString('hex')}`
  const first = await exists(join(root, 'cpuacct/cpuacct.usage'))
  const folder = join(root, first ? 'cpuacct' : '', name)
  try {
    // Version 2 has no processes in a group that has groups.
    await mkdir(join(folder, 'programs'), { recursive: true })
    await access(join(folder, first ? 'cpuacct.usage' : 'cpu.stat'))
  } catch {
    return undefined
  }
  return {
    containers: `/${name}/containers`,
    counted(argv) {
      const enter = `echo $$ >${join(folder, 'programs/cgroup.procs')}; exec "$@"`
      return ['sh', '-c', enter, 'sh', ...argv]
    },
    async seconds() {
      if (first) return Number(await readFile(join(folder, 'cpuacct.usage'), 'utf8')) / 1e9
      const [, used] =
        /^usage_usec (\d+)$/m.exec(await readFile(join(folder, 'cpu.stat'), 'utf8')) ?? []
      return Number(used) / 1e6
    },
    async close() {
      // Docker makes the group of its containers under every controller and leaves it.
      for (const controller of first ? await readdir(root) : ['']) {
        await removeGroups(join(root, controller, name))
      }
    },
  }
}

async function removeGroups(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (entry.isDirectory()) await removeGroups(join(folder, entry.name))
  }
  // Something that still ends there is no reason to lose the numbers.
  await rmdir(folder).catch(() => undefined)
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
