import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { access, copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { cacheFolder } from './cache-folder.ts'
import type { DockerRegistry } from './docker-registry.ts'
import { writeImageFolder } from './image-folder.ts'
import type { Tool } from './missing-tools.ts'

/** Which of AWS's base images one stands in for, by the name of its repository. */
export type BaseImageKind = 'nodejs' | 'python'

/** The tools that making a base image needs: Node's, and Python's. */
export const baseImageTools: readonly Tool[] = ['debian', 'cmake', 'aarch64-linux-gnu-g++', 'arm64']
export const pythonBaseImageTools: readonly Tool[] = ['debian', 'arm64', 'python-venv']

/** Lambda's names of the two architectures and OCI's. */
const architectures = { arm64: 'arm64', x86_64: 'amd64' } as const
const layers: Readonly<Record<BaseImageKind, readonly string[]>> = {
  nodejs: ['system', 'node', 'runtime'],
  python: ['system', 'runtime'],
}

/** The config of AWS's images, as its public Dockerfiles for Node and for Python write it. */
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
  Labels: { 'org.opencontainers.image.title': 'Stand-in of a Lambda base image' },
}

/**
 * A base image for both architectures as a folder that skopeo copies, made once and kept by what
 * its scripts say: a minimal Debian, the language, and AWS's own runtime client with the contract of
 * AWS's image. The first build of Node's takes about two minutes, of Python's twenty seconds.
 */
export async function buildBaseImage(kind: BaseImageKind): Promise<string> {
  const scripts = join(import.meta.dirname, 'base-image')
  const key = createHash('sha256')
  for (const folder of ['.', kind]) {
    const entries = await readdir(join(scripts, folder), { withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name))
    for (const file of files.toSorted()) {
      key.update(`${file}\0`).update(await readFile(join(scripts, file)))
    }
  }
  for (const file of [
    join(scripts, '../debian.sh'),
    '/etc/debian_version',
    '/etc/ssl/certs/ca-certificates.crt',
  ]) {
    key.update(await readFile(file))
  }
  key.update(JSON.stringify(config))
  const cache = cacheFolder()
  const folder = join(cache, `base-image-${kind}-${key.digest('hex').slice(0, 16)}`)
  if (await exists(join(folder, 'manifest.json'))) return folder

  await mkdir(cache, { recursive: true })
  const building = await mkdtemp(join(cache, 'building-'))
  try {
    const images = await Promise.all(
      Object.entries(architectures).map(async ([name, architecture]) => {
        const out = join(building, name)
        const argv = [join(scripts, kind, 'build.sh'), name, out]
        await execa('bash', argv, { stdout: ['pipe', 'inherit'], stderr: ['pipe', 'inherit'] })
        const files = layers[kind].map((layer) => join(out, `${layer}.tar.gz`))
        return { architecture, config, layers: files }
      }),
    )
    await writeImageFolder(building, images)
    await copyFile(join(building, 'arm64', 'tag'), join(building, 'tag'))
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

/**
 * Pushes a base image for both architectures under one tag and returns its name there. The tag is
 * the language's version unless given.
 */
export async function pushBaseImage(
  registry: Pick<DockerRegistry, 'host'> & Partial<DockerRegistry>,
  options: {
    readonly kind?: BaseImageKind
    readonly repository?: string
    readonly tag?: string
    readonly family?: 'docker' | 'oci'
  } = {},
): Promise<string> {
  const kind = options.kind ?? 'nodejs'
  const folder = await buildBaseImage(kind)
  const tag = options.tag ?? (await readFile(join(folder, 'tag'), 'utf8')).trim()
  const name = `${registry.host}/${options.repository ?? `lambda/${kind}`}:${tag}`
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
    `dir:${folder}`,
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

if (import.meta.main) {
  console.log(await buildBaseImage(process.argv[2] === 'python' ? 'python' : 'nodejs'))
}
