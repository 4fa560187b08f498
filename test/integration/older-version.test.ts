import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import t from 'tap'

import { deployedGreeting } from '../stand-in/assertions/deployed-greeting.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'

const functionId = 'GetGreetNameHTTPLambda'
const twoDays = 2 * 24 * 60 * 60 * 1000
const directory = t.testdir({ aws: {}, unpacked: {} })

type Files = Readonly<Record<string, { readonly text?: string; readonly base64?: string }>>

/**
 * The stand-in of AWS as the greeter's first deploy left it with the last version of the plugin that
 * had all packages of an image in one layer: another form of their record, no label with its key.
 */
async function writeOlderState(directory: string): Promise<void> {
  const fixture = join(import.meta.dirname, '../fixtures/deployed-before-layers.json')
  const files: Files = JSON.parse(await readFile(fixture, 'utf8'))
  for (const [path, { text = '', base64 }] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(
      join(directory, path),
      base64 === undefined ? text : Buffer.from(base64, 'base64'),
    )
  }
}

t.test('an image from before layers by package: deployed over, and rolled back to', async (t) => {
  await writeOlderState(join(directory, 'aws'))
  const app = await openImageApp({ aws: { directory: join(directory, 'aws') } })
  t.teardown(() => app.close())
  const says = () => deployedGreeting(app, 'GreeterStaging', join(directory, 'unpacked'))
  const runs = () =>
    app.aws.stack('GreeterStaging')?.deployment.functions[functionId]?.resolvedImageUri
  const plan = async () => JSON.parse((await runArcImages(app, ['plan', '--json'])).stdout)
  const older = runs()
  const olderTags = await app.tags()
  t.match(await plan(), {
    images: [{ state: 'changed', isThere: false, changes: ['dependencies'] }],
  })
  await app.edit('src/http/get-greet-000name/index.mjs', (text) =>
    text.replace('body: `', 'body: `Oops, '),
  )
  const next = await app.deploy()
  t.equal(next.exitCode, 0, next.output)
  t.match(next.output, /base 5\.1 kB reused, dependencies 297 B reused/)
  t.equal(await says(), 'Oops, Hello ADA')
  const listed = await runArcImages(app, ['images'])
  t.match(listed, { exitCode: 0, stdout: /4 images/ })

  const back = await runArcImages(app, ['rollback', '--yes'])
  t.equal(back.exitCode, 0, back.stderr)
  t.equal(runs(), older)
  t.equal(await says(), 'Hello ADA')

  for (const [key, at] of Object.entries(app.aws.state.pushed))
    app.aws.state.pushed[key] = at - twoDays
  await app.aws.expireImages()
  t.match(await runArcImages(app, ['gc', '--yes']), {
    exitCode: 0,
    stdout: /^greeter-lambda-images: nothing to remove, 4 images stay/,
  })
  const tags = await app.tags()
  t.strictSame(
    olderTags.filter((tag) => !tags.includes(tag)),
    [],
  )
  t.equal(await says(), 'Hello ADA')
  t.match(await plan(), { images: [{ state: 'changed', isThere: true, changes: ['code'] }] })

  const forward = await app.deploy()
  t.equal(forward.exitCode, 0, forward.output)
  t.strictSame(forward.sent, [], forward.output)
  t.equal(await says(), 'Oops, Hello ADA')

  // With one record kept, the older one goes; the image that has its layer stays what it was.
  await app.edit('app.arc', (text) => text.replace('define GREETING', 'define GREETING\nkeep 1'))
  const fewer = await runArcImages(app, ['gc', '--yes'])
  t.match(fewer, { exitCode: 0, stdout: /^image +deps-small-[^]*Removed 1 image/m })
  const again = await runArcImages(app, ['rollback', '--yes'])
  t.equal(again.exitCode, 0, again.stderr)
  t.equal(await says(), 'Hello ADA')
})
