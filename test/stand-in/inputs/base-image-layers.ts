import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { packTar, type TarEntry } from 'modern-tar'

import { digestOf, type Digest } from '../../../plugin/oci/digest.ts'
import type { Platform } from '../../../plugin/oci/platform.ts'
import { elfFile } from './elf-file.ts'

/** A layer that is small enough for memory. */
export interface SmallLayer {
  readonly digest: Digest
  readonly diffId: Digest
  readonly bytes: Uint8Array
  readonly createdBy: string
}

const runtimeClient = join(import.meta.dirname, '../lambda/runtime-client')

// AWS's own script does the same, and starts an emulator where no Runtime API is named.
const entryScript = `#!/bin/sh
# STAND-IN of AWS's /lambda-entrypoint.sh, for tests.
if [ $# -ne 1 ]; then
  echo "entrypoint requires the handler name to be the first argument" 1>&2
  exit 142
fi
export _HANDLER="$1"
exec "\${LAMBDA_RUNTIME_DIR:-/var/runtime}/bootstrap"
`

/** Folders and entry script first, the runtime above; as in AWS's base, parents may lie lower. */
export async function baseImageLayers(platform: Platform): Promise<SmallLayer[]> {
  const runtime = [
    file('var/runtime/runtime-release', `STAND-IN ${platform.architecture}\n`, 0o644),
  ]
  for (const name of (await readdir(runtimeClient)).toSorted()) {
    const bytes = await readFile(join(runtimeClient, name))
    runtime.push(file(`var/runtime/${name}`, bytes, name === 'bootstrap' ? 0o755 : 0o644))
  }
  const folders = ['bin', 'opt', 'var', 'var/lang', 'var/lang/bin', 'var/runtime', 'var/task'].map(
    (name) => folder(name, 0o755),
  )
  // The heads of programs, for who looks what the base is made for; they cannot be started.
  const program = elfFile({ machine: platform.architecture === 'arm64' ? 'arm64' : 'x86_64' })
  return Promise.all([
    smallLayer('stand-in: folders and entry script', [
      folder('tmp', 0o1777),
      ...folders,
      file('lambda-entrypoint.sh', entryScript, 0o755),
      file('bin/sh', program, 0o755),
      file('var/lang/bin/node', program, 0o755),
    ]),
    smallLayer('stand-in: runtime client', runtime),
  ])
}

/** A gzipped layer of these entries; the same bytes for the same entries. */
export async function smallLayer(
  createdBy: string,
  entries: readonly TarEntry[],
): Promise<SmallLayer> {
  const tar = await packTar(entries)
  const bytes = gzipSync(tar)
  return { digest: digestOf(bytes), diffId: digestOf(tar), bytes, createdBy }
}

export function file(name: string, content: string | Uint8Array, mode = 0o644): TarEntry {
  const body = Buffer.from(content)
  return { header: { name, mode, size: body.length, type: 'file', ...owner }, body }
}

export function folder(name: string, mode = 0o755): TarEntry {
  return { header: { name: `${name}/`, mode, size: 0, type: 'directory', ...owner } }
}

const owner = { uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) }
