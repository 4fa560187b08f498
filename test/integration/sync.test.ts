import t, { type Test } from 'tap'

import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'

const greet = 'src/http/get-greet-000name/index.mjs'
const [greetId, nightlyId] = ['GetGreetNameHTTPLambda', 'NightlyScheduleLambda']

/** The digest that Lambda runs for a function, which CloudFormation need not know of. */
function runs({ aws }: ImageApp, logicalId: string): string | undefined {
  const found = aws.stack('GreeterStaging')?.deployment.functions[logicalId]
  if (found === undefined) throw new Error(`no ${logicalId}`)
  const past = aws.state.functionUpdates[found.functionName]?.code
  return (past ?? found).resolvedImageUri?.split('@')[1]
}

async function syncTags(app: ImageApp): Promise<readonly string[]> {
  return (await app.liveTags()).filter((tag) => /_\d{9}$/.test(tag))
}

async function synced(t: Test, app: ImageApp): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await runArcImages(app, ['sync', '--json'])
  t.equal(exitCode, 0, stderr)
  return JSON.parse(stdout)
}

t.test('code goes to Lambda past CloudFormation, and the next deploy mends it', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  const stack = app.aws.stack('GreeterStaging')
  const { updated } = stack ?? {}
  const deployed = runs(app, greetId)
  const before = await app.read(greet)
  const tags = await app.tags()

  await t.test('only the function whose code changed', async (t) => {
    await app.write(greet, `${before}console.log('one')\n`)
    t.match(await synced(t, app), { functions: [{ function: 'get /greet/:name', image: 'small' }] })
    t.not(runs(app, greetId), deployed)
    t.equal(runs(app, nightlyId), deployed)
    t.equal(stack?.updated, updated, 'CloudFormation was not asked for anything')
  })

  await t.test('a day of saves leaves one image', async (t) => {
    await app.write(greet, `${before}console.log('two')\n`)
    t.match(await synced(t, app), { functions: [{ function: 'get /greet/:name' }] })
    t.equal((await syncTags(app)).length, 1)
    t.equal((await app.tags()).length, tags.length + 1)
  })

  await t.test('plan says what runs past the template', async (t) => {
    await app.write(greet, before)
    const { stdout } = await runArcImages(app, ['plan'])
    t.match(stdout, /changed +get \/greet\/:name +runs an image that no deploy gave it/)
    t.match(stdout, /unchanged +scheduled nightly/)
  })

  await t.test('a deploy of the reverted file gives Lambda what the template names', async (t) => {
    const again = await app.deploy()
    t.equal(again.exitCode, 0, again.output)
    t.match(again.output, 'http get /greet/:name runs an image that no deploy gave it')
    t.equal(again.calls.filter((call) => call === 'lambda:UpdateFunctionCode').length, 1)
    t.match(app.resources()[greetId]?.Properties['ImageUri'], deployed)
    t.equal(runs(app, greetId), deployed)
  })
})

t.test('what a sync refuses', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())

  async function refused(args: readonly string[], code: string, ...says: readonly RegExp[]) {
    const { exitCode, stderr, calls } = await runArcImages(app, ['sync', ...args])
    t.equal(exitCode, 1, stderr)
    t.match(stderr, code)
    for (const words of says) t.match(stderr, words)
    t.notMatch(calls.join(), /UpdateFunctionCode|PutImage/, code)
  }

  await refused([], 'SYNC_STACK_UNFIT', /no stack GreeterStaging yet.*'arc deploy'/)
  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  await app.edit(greet, (text) => `${text}console.log('one')\n`)

  await refused(['--production'], 'SYNC_PRODUCTION')
  const [stack] = app.aws.state.stacks
  if (stack === undefined) throw new Error('no stack')
  const { status } = stack
  Object.assign(stack, { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' })
  await refused([], 'SYNC_STACK_UNFIT', /UPDATE_COMPLETE_CLEANUP_IN_PROGRESS/)
  Object.assign(stack, { status })

  const arc = await app.read('app.arc')
  await app.write('src/http/get-greet-000name/config.arc', '@aws\nmemory 512\n')
  await app.write('app.arc', arc.replace('@http\n', '@http\npost /more\n'))
  await refused(
    [],
    'SYNC_MORE_THAN_CODE',
    /PostMoreHTTPLambda .*is new/,
    /GetGreetNameHTTPLambda: MemorySize/,
    /'arc deploy'/,
  )
})
