import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { cacheFolder } from './cache-folder.ts'
import type { DockerRegistry } from './docker-registry.ts'
import { writeImageFolder } from './image-folder.ts'
import type { Tool } from './missing-tools.ts'

/** The tools that making the base image needs. */
export const baseImageTools: readonly Tool[] = ['debian', 'cmake', 'aarch64-linux-gnu-g++', 'arm64']

/** Lambda's names of the two architectures and OCI's. */
const architectures = { arm64: 'arm64', x86_64: 'amd64' } as const
const layers = ['system', 'node', 'runtime']

/** The config of AWS's Node images, as its public Dockerfile writes it. */
const config = {
  Env: [
    'LANG=en_US.UTF-8',
    'TZ=:/etc/localtime',
    'PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    'LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    'LAMBDA_TASK_ROOT=/var/task',
    'LAMBDA_RUNTIME_DIR=/var/runtime',
  ],
  WorkingDir: '/var/task',
  Entrypoint: ['/lambda-entrypoint.sh'],
  Labels: { 'org.opencontainers.image.title': 'Stand-in of a Lambda Node 24 base image' },
}

/**
 * The base image for both architectures as a folder that skopeo copies, made once and kept by what
 * its scripts say: a minimal Debian, Node 24, and AWS's own runtime client with the contract of
 * AWS's Node image. The first build takes about two minutes.
 */
async function buildBaseImage(): Promise<string> {
  const scripts = join(import.meta.dirname, 'base-image')
  const key = createHash('sha256')
  for (const file of (await readdir(scripts)).toSorted()) {
    key.update(`${file}\0`).update(await readFile(join(scripts, file)))
  }
  for (const file of ['/etc/debian_version', '/etc/ssl/certs/ca-certificates.crt']) {
    key.update(await readFile(file))
  }
  key.update(JSON.stringify(config))
  const cache = cacheFolder()
  const folder = join(cache, `base-image-${key.digest('hex').slice(0, 16)}`)
  if (await exists(join(folder, 'manifest.json'))) return folder

  await mkdir(cache, { recursive: true })
  const building = await mkdtemp(join(cache, 'building-'))
  try {
    const images = await Promise.all(
      Object.entries(architectures).map(async ([name, architecture]) => {
        const out = join(building, name)
        const argv = [join(scripts, 'build.sh'), name, out]
        await execa('bash', argv, { stdout: ['pipe', 'inherit'], stderr: ['pipe', 'inherit'] })
        const files = layers.map((layer) => join(out, `${layer}.tar.gz`))
        return { architecture, config, layers: files }
      }),
    )
    await writeImageFolder(building, images)
    await Promise.all(
      Object.keys(architectures).map((name) => rm(join(building, name), { recursive: true })),
    )
    try {
      await rename(building, folder)
    } catch (error) {
      // Another process may have been quicker; then its folder is as good.
      if (!(await exists(join(folder, 'manifest.json')))) throw error
    }
    return folder
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

/** Pushes the base image for both architectures under one tag and returns its name there. */
export async function pushBaseImage(
  registry: DockerRegistry,
  options: {
    readonly repository?: string
    readonly tag?: string
    readonly family?: 'docker' | 'oci'
  } = {},
): Promise<string> {
  const name = `${registry.host}/${options.repository ?? 'lambda/nodejs'}:${options.tag ?? '24'}`
  const credentials =
    registry.authorization === undefined
      ? ['--dest-no-creds']
      : ['--dest-creds', `${registry.username}:${registry.password}`]
  await execa('skopeo', [
    '--insecure-policy',
    'copy',
    '--quiet',
    '--all',
    '--dest-tls-verify=false',
    ...(options.family === 'oci' ? ['--format', 'oci'] : []),
    ...credentials,
    `dir:${await buildBaseImage()}`,
    `docker://${name}`,
  ])
  return name
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

if (import.meta.main) console.log(await buildBaseImage())
