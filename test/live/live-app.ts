import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

export interface LiveAppOptions {
  readonly name: string
  readonly region: string
  readonly architecture: 'arm64' | 'x86_64'
  /** Whether an image of a Dockerfile is part of it. */
  readonly docker: boolean
}

/** The app that is deployed: a function in an image of each builder, and one that changes its kind. */
export interface LiveApp {
  readonly directory: string
  /** Changes what the functions answer. */
  say(text: string): Promise<void>
  bump(): Promise<void>
  /** Into an image, back to a zip, or into neither's list. */
  flag(kind: 'image' | 'zip'): Promise<void>
  /** A function that Lambda refuses to update, so that the stack rolls back; or not. */
  breakUpdate(broken: boolean): Promise<void>
  remove(): Promise<void>
}

/** A native package with prebuilt files for Linux, in two versions. */
const versions = { before: '1.10.6', after: '1.10.8' }

/** @param native loads the package of the image; its absence is an error when the function starts */
const handlerOf = (text: string, native: boolean): string => `
import { readdirSync, readFileSync } from 'node:fs'
${native ? "import { crc32 } from '@node-rs/crc32'" : 'const crc32 = undefined'}

function clientIn(folder) {
  try {
    const manifest = folder + '/node_modules/aws-lambda-ric/package.json'
    return JSON.parse(readFileSync(manifest, 'utf8')).version
  } catch {
    return 'no version among ' + readdirSync(folder).join(' ')
  }
}

export async function handler() {
  const { version: node, arch, env } = process
  const client = clientIn(env.LAMBDA_RUNTIME_DIR ?? '/var/runtime')
  const answer = { text: ${JSON.stringify(text)}, node, arch, client, native: typeof crc32 }
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) }
}
`

/** More than the 4 kB that Lambda takes, in a function that is updated after others. */
const breaking = `
export default { deploy: { start ({ cloudformation }) {
  const { Properties } = Object.values(cloudformation.Resources).find((resource) => resource.ArcMetadata?.name === 'get /switch')
  Properties.Environment.Variables.TOO_LONG = 'x'.repeat(5000)
  return cloudformation
} } }
`

/** Writes the app into a temporary folder; nothing is deployed. */
export async function writeLiveApp(options: LiveAppOptions): Promise<LiveApp> {
  const parent = await mkdtemp(join(tmpdir(), 'arc-images-check-'))
  const directory = join(parent, 'app')
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  let kind: 'image' | 'zip' = 'zip'
  let broken = false
  const writeApp = (): Promise<void> => write('app.arc', appOf({ ...options, kind, broken }))
  const say = async (text: string): Promise<void> => {
    for (const path of ['embedded', 'switch', ...(options.docker ? ['dockerfile'] : [])])
      await write(`src/http/get-${path}/index.mjs`, handlerOf(text, path === 'embedded'))
  }
  const lock = async (version: string): Promise<void> => {
    await write(
      'docker/embedded/package.json',
      JSON.stringify({ dependencies: { '@node-rs/crc32': version } }),
    )
    await rm(join(directory, 'docker/embedded/package-lock.json'), { force: true })
  }

  await writeApp()
  await say('first')
  await lock(versions.before)
  if (options.docker)
    await write(
      'docker/dockerfile/Dockerfile',
      'FROM public.ecr.aws/lambda/nodejs:24\nCOPY --from=functions / ${LAMBDA_TASK_ROOT}/\n',
    )
  await write('break.mjs', breaking)
  await write('package.json', '{ "private": true }')
  await symlink(join(root, 'plugin'), join(directory, 'plugin'), 'dir')
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'), 'dir')
  return {
    directory,
    say,
    bump: () => lock(versions.after),
    async flag(wanted) {
      kind = wanted
      await writeApp()
    },
    async breakUpdate(wanted) {
      broken = wanted
      await writeApp()
    },
    remove: () => rm(parent, { recursive: true, force: true }),
  }
}

function appOf(
  options: LiveAppOptions & { readonly kind: 'image' | 'zip'; readonly broken: boolean },
): string {
  const { name, region, architecture, docker, kind, broken } = options
  return `@app
${name}

@aws
region ${region}
runtime nodejs24.x
architecture ${architecture}
memory 256
timeout 10

@plugins
container-images
  src plugin/index.ts
${broken ? 'break\n  src break.mjs\n' : ''}
@http
get /embedded
${docker ? 'get /dockerfile\n' : ''}get /switch

@static
false

@container-images
get /embedded embedded
${docker ? 'get /dockerfile dockerfile\n' : ''}get /switch ${kind === 'image' ? 'embedded' : 'zip'}
`
}
