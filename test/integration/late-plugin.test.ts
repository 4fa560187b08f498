import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'

/** A plugin whose `deploy.services` runs after ours. */
const late = (change: string) => `export default { deploy: { services ({ cloudformation }) {
  const { NightlyScheduleLambda: nightly } = cloudformation.Resources
  ${change}
} } }`

t.test('what a later deploy.services undoes never gets into a stack', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  await app.edit('app.arc', (text) =>
    text.replace('  src plugin/index.ts\n', '  src plugin/index.ts\nlate\n  src late.mjs\n'),
  )

  const undo =
    late(`nightly.Properties.Environment.Variables.NODE_OPTIONS = '--require /opt/late.js'
    nightly.Properties = { ...nightly.Properties, Runtime: 'nodejs24.x' }
    nightly.Properties.SnapStart = { ApplyOn: 'PublishedVersions' }
    delete cloudformation.Resources.GetGreetNameHTTPLambda`)
  await app.write('late.mjs', undo)
  for (const args of [
    ['deploy', '--no-hydrate'],
    ['deploy', '--no-hydrate', '--dry-run'],
  ]) {
    const name = args.join(' ')
    const run = await app.deploy({ args })
    t.equal(run.exitCode, 1, run.output)
    t.match(
      run.output,
      'Resources.NightlyScheduleLambda.Properties.Runtime is "nodejs24.x" and has to be absent',
      name,
    )
    t.match(run.output, 'Resources.GetGreetNameHTTPLambda is gone', name)
    t.match(run.output, 'Properties.SnapStart is {"ApplyOn":"PublishedVersions"}', name)
    t.match(run.output, 'Environment.Variables.NODE_OPTIONS is "--require /opt/late.js"', name)
    t.notMatch(run.output, /^\s+at .*[:(]\d+/m, 'no stack trace')
    t.equal(run.output.split('mistakes:').length, 2, 'the error is printed once')
    t.equal(run.samTemplate, undefined, 'no sam.json')
    t.strictSame(app.aws.state.stacks, [])
  }

  const add = late(`nightly.Properties.Environment.Variables.LATE = 'yes'
    nightly.Properties.Timeout = 21
    cloudformation.Resources = structuredClone({ ...cloudformation.Resources })
    return { url: 'late' }`)
  await app.write('late.mjs', add)
  const sound = await app.deploy()
  t.equal(sound.exitCode, 0, sound.output)
  const { NightlyScheduleLambda: nightly, LateUrlParam: param } = app.resources()
  t.match(nightly?.Properties, {
    Timeout: 21,
    PackageType: 'Image',
    Environment: { Variables: { LATE: 'yes' } },
  })
  t.equal(param?.Type, 'AWS::SSM::Parameter', 'what the hook returned')
})
