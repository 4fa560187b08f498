import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'

/** Gives every function a variable, as plugins for telemetry do. */
const everywhere = `export default { deploy: { start ({ cloudformation }) {
  for (const { Type, Properties } of Object.values(cloudformation.Resources)) {
    if (Type !== 'AWS::Serverless::Function') continue
    Properties.Environment = { Variables: { ...Properties.Environment?.Variables, TRACE: 'on' } }
  }
} } }`

/** Finds the app's functions by their folder, and is lost where one has none. */
const byFolder = `export default { deploy: { start ({ cloudformation, inventory }) {
  const functions = Object.values(cloudformation.Resources)
  for (const { src } of Object.values(inventory.inv.lambdasBySrcDir)) {
    const { Properties } = functions.find(({ Properties }) => Properties?.CodeUri === src)
    Properties.Tracing = 'Active'
  }
  return structuredClone(cloudformation)
} } }`

const own = 'container-images\n  src plugin/index.ts\n'
const others = 'everywhere\n  src everywhere.mjs\nby-folder\n  src by-folder.mjs\n'

for (const [place, plugins] of [
  ['above', `${others}${own}`],
  ['below', `${own}${others}`],
] as const) {
  t.test(`plugins ${place} ours that change every function`, async (t) => {
    const app = await openImageApp()
    t.teardown(() => app.close())
    await app.write('everywhere.mjs', everywhere)
    await app.write('by-folder.mjs', byFolder)
    await app.edit('app.arc', (text) => text.replace(own, plugins))
    const run = await app.deploy()
    t.equal(run.exitCode, 0, run.output)
    const {
      NightlyScheduleLambda: nightly,
      GetIndexHTTPLambda: index,
      ...resources
    } = app.resources()
    const seen = { Tracing: 'Active', Environment: { Variables: { TRACE: 'on' } } }
    t.match(nightly?.Properties, { ...seen, PackageType: 'Image' })
    t.match(index?.Properties, { ...seen, Runtime: 'nodejs24.x' })
    t.notOk(
      Object.values(resources).some(({ Type }) => Type === 'AWS::SSM::Parameter'),
      'nothing of ours becomes a parameter',
    )
  })
}
