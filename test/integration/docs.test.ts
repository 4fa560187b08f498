import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import t from 'tap'

import { startAws } from '../stand-in/aws/index.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { startSandbox } from '../stand-in/harness/sandbox.ts'
import { startRegistry } from '../stand-in/registry/index.ts'
import { cacheFolder } from './toolchain/cache-folder.ts'
import { openReader } from './toolchain/follow-page.ts'

// npm installs Architect, and DuckDB for arm64.
t.setTimeout(900_000)

const bases = await startRegistry()
await pushBaseImage({ registry: bases })
const aws = await startAws({ baseRegistry: bases, pollsUntilSettled: 0 })
const reader = await openReader(aws.environment)
t.teardown(() => Promise.all([aws.close(), bases.close(), reader.close()]))

function functions(): Readonly<Record<string, { packageType: string; startError?: string }>> {
  return aws.stack('ThumbnailsStaging')?.deployment.functions ?? {}
}

t.test('getting started: from nothing to a deployed image function', async (t) => {
  const shown: unknown[] = []
  const said = await reader.follow('getting-started.md', {}, async (command) => {
    t.equal(command, 'npx --no -- arc sandbox')
    shown.push(await firstPicture(reader.directory()))
  })
  t.strictSame(shown, [{ status: 200, type: 'image/png', signature: '89504e47' }])
  t.match(said.at(-2), /Would deploy thumbnails-lambda-images:pictures-arm64-[0-9a-f]{32}/)
  t.match(said.at(-1), /✓ Images pictures \(arm64\): base .*, dependencies [\d.]+ MB/)
  t.match(functions(), { GetIndexHTTPLambda: { packageType: 'Image' } })
  t.notOk(functions()['GetIndexHTTPLambda']?.startError)
  await t.resolves(readFile(join(reader.directory(), 'docker/pictures/package-lock.json')))
})

t.test('another function: DuckDB for arm64, beside an image that is not built again', async (t) => {
  const [said] = await reader.follow('another-function.md')
  t.match(said, /✓ Images numbers \(arm64\): base .*, dependencies [\d.]+ MB/)
  t.match(said, /✓ Images pictures \(arm64\): unchanged, [\d.]+ MB; nothing sent/)
  t.match(functions(), { CountScheduleLambda: { packageType: 'Image' } })
})

t.test('another account: the same commit gives the same bytes', async (t) => {
  const other = await startAws({
    baseRegistry: bases,
    pollsUntilSettled: 0,
    account: '210987654321',
    region: 'eu-west-1',
  })
  t.teardown(() => other.close())
  const arc = await readFile(join(reader.directory(), 'app.arc'), 'utf8')
  t.notMatch(arc, /^region/m, 'as the page asks of an app for several regions')
  await reader.type('npx --no -- arc deploy --production', other.environment)
  const digestsOf = (account: typeof aws, name: string) =>
    Object.values(account.stack(name)?.deployment.functions ?? {}).map(
      (one) => one.resolvedImageUri ?? '',
    )
  const staged = digestsOf(aws, 'ThumbnailsStaging')
  const produced = digestsOf(other, 'ThumbnailsProduction')
  t.equal(produced.length, 2)
  t.ok(
    produced.every((uri) => uri.startsWith('210987654321.dkr.ecr.eu-west-1.amazonaws.com/')),
    produced.join(' '),
  )
  t.strictSame(produced.map(digestIn), staged.map(digestIn))
})

t.test('links of the pages lead somewhere', async (t) => {
  const docs = resolve(import.meta.dirname, '../../docs')
  for (const page of (await readdir(docs)).filter((name) => name.endsWith('.md'))) {
    const text = await readFile(join(docs, page), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
      await t.resolves(execa('test', ['-e', join(docs, target)]), `${page}: ${target}`)
  }
})

/** What a browser is answered by the app's own sandbox, before anything was deployed. */
async function firstPicture(directory: string) {
  const cache = { ARC_CONTAINER_IMAGES_CACHE: join(cacheFolder(), 'plugin-cache') }
  const arc = join(directory, 'node_modules/@architect/architect/src/index.js')
  const sandbox = await startSandbox(directory, cache, arc)
  try {
    const answer = await fetch(sandbox.url)
    const bytes = Buffer.from(await answer.arrayBuffer())
    const signature = bytes.subarray(0, 4).toString('hex')
    return { status: answer.status, type: answer.headers.get('content-type'), signature }
  } finally {
    await sandbox.stop()
  }
}

function digestIn(uri: string): string {
  return uri.slice(uri.indexOf('@'))
}
