import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'

import { templateImages } from '../../plugin/core/template/live-functions.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'
import { pushImage, putTag } from '../stand-in/inputs/push-image.ts'
import { killSignals, nextDeploySteps } from './fault-matrix/kill-steps.ts'

const repository = 'greeter-lambda-images'
const longAgo = '20260101'

async function change(app: ImageApp, text: string): Promise<void> {
  await app.edit(
    'src/scheduled/nightly/index.mjs',
    (source) => `${source}\n// ${text}\nexport const ${text} = 1\n`,
  )
}

/** A live tag of the stack that its template does not hold any more. */
async function leaveStaleTag(app: ImageApp): Promise<string> {
  const tag = `small-arm64-${'7'.repeat(32)}`
  const digest = await pushImage(app.aws, { repository, tag })
  const live = `live-GreeterStaging_small_${digest.slice(7, 23)}_${longAgo}`
  await putTag(app.aws, { repository, digest, tag: live })
  return live
}

/** What the stack runs and would roll back to is there, and both carry the stack's tag. */
async function expectHeld(t: Test, app: ImageApp): Promise<void> {
  const stack = app.aws.stack('GreeterStaging')
  t.match(stack?.status, /^(?:CREATE|UPDATE)_COMPLETE$/)
  const tags = [...(await app.aws.registry.tags(repository))]
  for (const { runs, previous } of templateImages(stack?.deployment.template) ?? []) {
    for (const digest of [runs, previous]) {
      if (digest === undefined) continue
      const own = tags.filter(([, tagged]) => tagged === digest).map(([tag]) => tag)
      t.match(own.join(), /live-GreeterStaging_small_/)
    }
  }
}

for (const killWith of killSignals) {
  for (const [name, killAt] of Object.entries(nextDeploySteps)) {
    t.test(`${killWith} in ${name}: the next deploy ends right`, async (t) => {
      const app = await openImageApp({ aws: { lambdaRules: false } })
      t.teardown(() => app.close())
      await app.edit('app.arc', (text) => text.replace('define GREETING', 'keep 1\n$&'))
      const first = await app.deploy()
      t.equal(first.exitCode, 0, first.output)
      const stale = await leaveStaleTag(app)
      await change(app, 'one')
      const environment = { NODE_DEBUG: 'container-images' }
      const killed = await app.deploy({ killAt, killWith, environment })
      t.ok(killed.killed, killed.output)
      if (killWith === 'SIGINT') t.equal(killed.exitCode, 130, killed.output)
      await app.aws.expireImages()
      await settle(app)

      await change(app, 'two')
      const next = await app.deploy()
      t.equal(next.exitCode, 0, next.output)
      await expectHeld(t, app)
      t.notOk((await app.liveTags()).includes(stale), 'pruned at the latest now')
      const last = await app.deploy()
      t.strictSame(last.sent, [], last.output)
    })
  }

  t.test(`${killWith} in gc: the next one ends right`, async (t) => {
    const app = await openImageApp({ aws: { lambdaRules: false, now: () => Date.now() - 9e9 } })
    t.teardown(() => app.close())
    const first = await app.deploy()
    t.equal(first.exitCode, 0, first.output)
    for (let index = 0; index < 3; index++)
      await pushImage(app.aws, { repository, tag: `small-arm64-${String(index).repeat(32)}` })
    const asked = app.aws.journal.length
    const stop = new AbortController()
    const running = runArcImages(app, ['gc', '--yes'], {}, { signal: stop.signal, killWith })
    while (!app.aws.journal.slice(asked).some(({ action }) => action === 'DescribeImages'))
      await sleep(1)
    stop.abort()
    await running
    await expectHeld(t, app)
    const next = await runArcImages(app, ['gc', '--yes'])
    t.match(next, { exitCode: 0, stderr: '' })
    t.match(await app.tags(), [/^deps-small-arm64-/, /^small-arm64-[0-9a-f]{32}$/])
    await expectHeld(t, app)
  })

  for (const at of ['ListStackResources', 'UpdateStack'])
    t.test(`${killWith} in a rollback at ${at}: the next one ends right`, async (t) => {
      const app = await openImageApp({ aws: { lambdaRules: false, pollsUntilSettled: 1 } })
      t.teardown(() => app.close())
      const first = await app.deploy()
      t.equal(first.exitCode, 0, first.output)
      await change(app, 'one')
      const second = await app.deploy()
      t.equal(second.exitCode, 0, second.output)
      const asked = app.aws.journal.length
      const stop = new AbortController()
      const interrupt = { signal: stop.signal, killWith }
      const running = runArcImages(app, ['rollback', '--yes'], {}, interrupt)
      while (!app.aws.journal.slice(asked).some(({ action }) => action === at)) await sleep(1)
      stop.abort()
      const { exitCode, stderr } = await running
      t.not(exitCode, 0)
      if (killWith === 'SIGINT' && at === 'UpdateStack')
        t.match(stderr, 'What was begun goes on in CloudFormation')
      await settle(app)
      await expectHeld(t, app)
      const next = await runArcImages(app, ['rollback', '--yes'])
      t.equal(next.exitCode, 0, next.stderr)
      await expectHeld(t, app)
    })
}

/** An update that was on its way when its starter died goes on in CloudFormation. */
async function settle(app: ImageApp): Promise<void> {
  const stack = app.aws.stack('GreeterStaging')
  if (stack !== undefined) stack.status = stack.upcoming.splice(0).at(-1) ?? stack.status
}
