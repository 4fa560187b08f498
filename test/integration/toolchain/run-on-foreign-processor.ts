import { execa } from 'execa'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Docker } from './docker.ts'
import { platforms, type ImageConfig } from './run-image.ts'

/**
 * Starts an image's entry point with qemu hidden, as a function of another architecture would on
 * Lambda, and tells how that ends. The kernel looks up emulators by user namespace, so an empty
 * table of our own hides them for this one process (Linux 6.7 or later).
 */
export async function runOnForeignProcessor(run: {
  readonly docker: Docker
  readonly image: string
  /** The image's architecture, not this machine's. */
  readonly architecture: 'arm64' | 'x86_64'
  readonly imageConfig: ImageConfig
}): Promise<{ readonly exitCode: number | undefined; readonly output: string }> {
  const root = await mkdtemp(join(tmpdir(), 'image-root-'))
  const { docker } = run
  const container = (
    await docker.docker(['create', '--platform', platforms[run.architecture], run.image])
  ).trim()
  try {
    const unpack = 'docker export "$1" | tar -x -C "$2"'
    await execa('sh', ['-ec', unpack, 'sh', container, root], { env: docker.environment })
    const start =
      'mount -t binfmt_misc none /proc/sys/fs/binfmt_misc; root=$1; shift; exec chroot "$root" "$@"'
    const argv = [...run.imageConfig.EntryPoint, ...run.imageConfig.Command]
    const result = await execa(
      'unshare',
      ['--user', '--map-root-user', '--mount', 'sh', '-ec', start, 'sh', root, ...argv],
      { all: true, reject: false, timeout: 30_000 },
    )
    return { exitCode: result.exitCode, output: result.all }
  } finally {
    await docker.docker(['rm', '--force', container])
    await rm(root, { recursive: true, force: true })
  }
}
