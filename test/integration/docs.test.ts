import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import t from 'tap'

import { startAws } from '../stand-in/aws/index.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { networkEnvironment } from '../stand-in/harness/network-environment.ts'
import { plainNode } from '../stand-in/harness/plain-node.ts'
import { startRegistry } from '../stand-in/registry/index.ts'
import { cacheFolder } from './toolchain/cache-folder.ts'

// npm installs Architect, and DuckDB for arm64.
t.setTimeout(900_000)

const root = resolve(import.meta.dirname, '../..')
const work = await mkdtemp(join(tmpdir(), 'docs-'))
const bases = await startRegistry()
await pushBaseImage({ registry: bases })
const aws = await startAws({ baseRegistry: bases, pollsUntilSettled: 0 })
t.teardown(async () => {
  await Promise.all([aws.close(), bases.close()])
  await rm(work, { recursive: true, force: true })
})

const pack = await execa(
  'env',
  ['-u', 'NODE_OPTIONS', 'npm', 'pack', '--json', '--pack-destination', work],
  { cwd: root },
)
const [{ filename }] = JSON.parse(pack.stdout.slice(pack.stdout.indexOf('[')))

/** Where a reader's shell stands after the blocks so far. */
let directory = work

/** What a reader types, but for the package: it is the one made here, not npm's. */
async function type(script: string): Promise<string> {
  const typed = script.replace(
    /(npm install .*)arc-plugin-container-images/,
    `$1${join(work, filename)} --prefer-offline --no-audit --no-fund`,
  )
  const [node] = plainNode('')
  const { all, exitCode } = await execa('bash', ['-e', '-c', `${typed}\npwd >"${work}/where"`], {
    cwd: directory,
    env: {
      ...networkEnvironment(),
      PATH: `${dirname(node)}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'] ?? work,
      CI: 'true',
      NO_UPDATE_NOTIFIER: '1',
      ...aws.environment,
      ARC_CONTAINER_IMAGES_CACHE: join(cacheFolder(), 'plugin-cache'),
    },
    extendEnv: false,
    all: true,
    reject: false,
  })
  if (exitCode !== 0) throw new Error(`${script}\n${all}`)
  directory = (await readFile(join(work, 'where'), 'utf8')).trim()
  return all
}

/** Does what the page says, in order: writes its files, types its commands. */
async function follow(page: string): Promise<readonly string[]> {
  const text = await readFile(join(root, 'docs', page), 'utf8')
  const said: string[] = []
  for (const [, info = '', body = ''] of text.matchAll(/^```(\S+(?: [^\n]+)?)\n([^]*?)^```$/gm)) {
    const [language, path, pragma] = info.split(' ')
    if (language === 'sh') said.push(await type(body))
    else if (path !== undefined) await write(join(directory, path), body, language, pragma)
  }
  return said
}

async function write(
  file: string,
  body: string,
  language: string | undefined,
  pragma: string | undefined,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  if (language !== 'arc-add') return await writeFile(file, body)
  const before = await readFile(file, 'utf8')
  const added =
    pragma === undefined ? `${before}\n${body}` : before.replace(`${pragma}\n`, `$&${body}`)
  await writeFile(file, added)
}

function functions(): Readonly<Record<string, { packageType: string; startError?: string }>> {
  return aws.stack('ThumbnailsStaging')?.deployment.functions ?? {}
}

t.test('getting started: from nothing to a deployed image function', async (t) => {
  const said = await follow('getting-started.md')
  t.match(said.at(-2), /Would deploy thumbnails-lambda-images:pictures-arm64-[0-9a-f]{32}/)
  t.match(said.at(-1), /✓ Images pictures \(arm64\): base .*, dependencies [\d.]+ MB/)
  t.match(functions(), { GetIndexHTTPLambda: { packageType: 'Image' } })
  t.notOk(functions()['GetIndexHTTPLambda']?.startError)
  await t.resolves(readFile(join(directory, 'docker/pictures/package-lock.json')))
})

t.test('another function: DuckDB for arm64, beside an image that is not built again', async (t) => {
  const [said] = await follow('another-function.md')
  t.match(said, /✓ Images numbers \(arm64\): base .*, dependencies [\d.]+ MB/)
  t.match(said, /✓ Images pictures \(arm64\): unchanged, [\d.]+ MB; nothing sent/)
  t.match(functions(), { CountScheduleLambda: { packageType: 'Image' } })
})

t.test('links of the pages lead somewhere', async (t) => {
  const pages = ['getting-started', 'another-function', 'troubleshooting', 'aws-setup']
  for (const page of pages) {
    const text = await readFile(join(root, 'docs', `${page}.md`), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
      await t.resolves(execa('test', ['-e', join(root, 'docs', target)]), `${page}: ${target}`)
  }
})
