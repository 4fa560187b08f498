import t from 'tap'

import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'

t.test('what is live is compared with what is about to be', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  const arc = await app.read('app.arc')
  const before = JSON.stringify(app.resources())
  const tags = await app.tags()
  const plan = async () => {
    const { exitCode, stdout, stderr } = await runArcImages(app, ['plan'])
    return { exitCode, output: stdout + stderr }
  }

  const refuses = async (name: string, code: string, says: readonly (string | RegExp)[]) => {
    const [run, planned] = await Promise.all([app.deploy({ environment: { CI: 'true' } }), plan()])
    for (const { exitCode, output } of [run, planned]) {
      t.equal(exitCode, 1, `${name}: ${output}`)
      t.match(output, code, name)
      for (const words of says) t.match(output, words, name)
    }
    t.notMatch(run.calls.join(), /UpdateStack|ecr:(?!Describe|Get|List)/, `${name}: no change`)
    t.equal(JSON.stringify(app.resources()), before, name)
  }

  await app.write('app.arc', arc.replace('@container-images', '@container-image'))
  await refuses('a misspelt pragma', 'PRAGMA_MISSPELT', [
    /app\.arc:\d+: .*'@container-image'.*Did you mean '@container-images'/,
  ])

  await app.write('app.arc', arc.replace(/@container-images[^@]*@images/, '@images'))
  await refuses('no lines at all', 'FUNCTION_BACK_TO_ZIP', [
    "'get /greet/:name' runs an image in stack GreeterStaging",
    "'scheduled nightly zip'",
  ])

  const [stack] = app.aws.state.stacks
  if (stack === undefined) throw new Error('no stack')
  await app.write('app.arc', arc)
  const { status } = stack
  Object.assign(stack, { status: 'UPDATE_ROLLBACK_FAILED' })
  await refuses('a stack that cannot be updated', 'STACK_NOT_UPDATABLE', [
    'Stack GreeterStaging is in UPDATE_ROLLBACK_FAILED',
    'aws cloudformation continue-update-rollback --stack-name GreeterStaging',
  ])
  Object.assign(stack, { status })

  await app.write('app.arc', arc.replace(/@plugins[^@]*/, ''))
  const unlisted = await plan()
  t.equal(unlisted.exitCode, 1)
  t.match(unlisted.output, /PLUGIN_NOT_LISTED: app\.arc:\d+: .*'arc deploy' would make them zips/)

  await app.write('app.arc', arc.replace('nightly small', 'nightly zip'))
  const meant = await app.deploy()
  t.equal(meant.exitCode, 0, meant.output)
  t.match(app.resources()['NightlyScheduleLambda']?.Properties, { Runtime: 'nodejs24.x' })
  t.match(app.resources()['GetGreetNameHTTPLambda']?.Properties, { PackageType: 'Image' })
  t.ok((await app.tags()).includes(tags[0] ?? ''))
})
