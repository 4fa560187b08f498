import { execa } from 'execa'
import { access, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** A program on PATH, or something that only looking closer tells. */
export type Tool =
  | 'root'
  | 'arm64'
  | 'buildx'
  | 'debian'
  | 'python-venv'
  | 'user-namespaces'
  | (string & {})

const closerLooks: Record<string, () => Promise<string | undefined>> = {
  async root() {
    return process.getuid?.() === 0 ? undefined : 'the user is not root'
  },
  async debian() {
    return (await findProgram('apt-get')) ? undefined : 'this is no Debian'
  },
  async arm64() {
    if (process.arch === 'arm64') return undefined
    const registered = await readFile('/proc/sys/fs/binfmt_misc/qemu-aarch64', 'utf8').catch(
      () => '',
    )
    return /^enabled[^]*^flags:.*F/m.test(registered)
      ? undefined
      : 'arm64 programs do not run here (no qemu-aarch64 in binfmt_misc with flag F)'
  },
  async buildx() {
    const { exitCode } = await execa('docker', ['buildx', 'version'], { reject: false })
    return exitCode === 0 ? undefined : 'docker has no buildx'
  },
  async 'python-venv'() {
    const { exitCode } = await execa('python3', ['-c', 'import ensurepip, venv'], { reject: false })
    return exitCode === 0 ? undefined : 'python3 makes no environments (python3-venv)'
  },
  async 'user-namespaces'() {
    const mount = ['-rm', 'mount', '-t', 'binfmt_misc', 'none', '/proc/sys/fs/binfmt_misc']
    const { exitCode } = await execa('unshare', mount, { reject: false })
    return exitCode === 0 ? undefined : 'this kernel has no binfmt_misc of a user namespace'
  },
}

async function findProgram(name: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}

/** Why a test cannot run here, as its `skip` option wants it: `false` when it can. */
export async function skipWithout(...tools: readonly Tool[]): Promise<string | false> {
  if (process.platform !== 'linux') return `needs Linux, not ${process.platform}`
  const reasons = await Promise.all(
    tools.map(async (tool) => {
      const look = closerLooks[tool]
      if (look !== undefined) return look()
      return (await findProgram(tool)) ? undefined : `${tool} is not installed`
    }),
  )
  const told = reasons.filter((reason) => reason !== undefined)
  return told.length === 0 ? false : told.join('; ')
}

/** The tools that `startDocker` needs. */
export const dockerTools: readonly Tool[] = [
  'root',
  'dockerd',
  'docker',
  'buildx',
  'containerd',
  'unshare',
  'setpriv',
  'ip',
]

/** The tools that `ecrShapedRegistry` needs, and the one that puts images into it. */
export const registryTools: readonly Tool[] = ['docker-registry', 'htpasswd', 'openssl', 'skopeo']
