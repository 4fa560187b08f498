import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

const copied = [
  '.build/package.json',
  'app.arc',
  'docker',
  'esbuild.config.cjs',
  'package.json',
  'sandbox-seed.json',
  'src',
  'tsconfig.json',
]
const linked = ['node_modules', 'plugin']

/** The example app in a folder of its own, with links to this plugin and its packages. */
export interface AppCopy {
  readonly directory: string
  remove(): Promise<void>
}

/** What writes (a sandbox, a deploy) runs in a copy, never in the checkout. */
export async function copyApp(directory?: string): Promise<AppCopy> {
  const copy = directory ?? (await mkdtemp(join(tmpdir(), 'agent-memory-')))
  await Promise.all(copied.map((part) => cp(join(root, part), join(copy, part), recursive)))
  await Promise.all(linked.map((part) => symlink(join(root, part), join(copy, part), 'dir')))
  return { directory: copy, remove: () => rm(copy, { recursive: true, force: true }) }
}

const recursive = { recursive: true }
