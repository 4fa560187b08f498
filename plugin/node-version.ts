// Read by any Node since 14: nothing newer may be written or imported here.
import { ContainerImageError } from './errors.ts'

/** As `engines` of package.json has it. */
const needed = { major: 22, minor: 18 }

/** @throws ContainerImageError NODE_TOO_OLD, without a stack */
export function requireNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > needed.major || (major === needed.major && minor >= needed.minor)) return
  const error = new ContainerImageError(
    'NODE_TOO_OLD',
    `NODE_TOO_OLD: arc-plugin-container-images needs Node ${needed.major}.${needed.minor} or newer. This is Node ${version}, ${process.execPath}: install a newer one, or put it first in PATH.`,
  )
  error.stack = ''
  throw error
}
