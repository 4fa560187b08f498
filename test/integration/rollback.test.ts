import t from 'tap'

import { deployedGreeting } from '../stand-in/assertions/deployed-greeting.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'

const stackName = 'GreeterStaging'

t.test('a bad deploy is taken back, and the way forward is there, too', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  // Outside ASCII: GetTemplate has a question mark for it.
  const value = 'Grüß Gott'
  const record = { type: 'SecureString', value, version: 1, modified: Date.now() }
  app.aws.state.parameters['/greeter/staging/GREETING'] = record
  const says = () => deployedGreeting(app, stackName, t.testdirName)
  t.testdir()
  const template = () => app.aws.stack(stackName)?.deployment.template ?? ''

  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  const nothing = await runArcImages(app, ['rollback', '--yes'])
  t.equal(nothing.exitCode, 1)
  t.match(nothing.stderr, /ROLLBACK_REFUSED: Stack GreeterStaging has nothing to roll back to/)
  t.match(nothing.stderr, /- get \/: a zip/)

  await app.edit('src/http/get-greet-000name/index.mjs', (text) =>
    text.replace('body: `', 'body: `Oops, '),
  )
  const second = await app.deploy()
  t.equal(second.exitCode, 0, second.output)
  t.equal(await says(), 'Oops, Grüß Gott ADA')
  const deployed = JSON.parse(template())

  const unasked = await runArcImages(app, ['rollback'])
  t.equal(unasked.exitCode, 2)
  t.match(unasked.stderr, /give --yes where nobody answers/)
  t.match(unasked.stderr, /get \/greet\/:name +small +[0-9a-f]{12} +0 h +[0-9a-f]{12} +0 h/)
  t.notMatch(unasked.calls.join(), /UpdateStack|Put/)

  // Neither the code nor the zips of the deploy are needed.
  await app.write('src/http/get-greet-000name/index.mjs', 'syntax error')
  for (const bucket of Object.values(app.aws.state.buckets))
    for (const key of Object.keys(bucket.objects))
      if (!key.endsWith('-template.json')) delete bucket.objects[key]
  const back = await runArcImages(app, ['rollback', '--yes'])
  t.equal(back.exitCode, 0, back.stderr)
  t.match(back.stdout, /'arc deploy' deploys the code of its checkout/)
  t.match(back.stderr, /get \/greet\/:name UPDATE_COMPLETE/)
  t.equal(await says(), 'Grüß Gott ADA')
  t.equal(app.aws.stack(stackName)?.status, 'UPDATE_COMPLETE')

  // Nothing but image and Metadata is another.
  const ids = ['GetGreetNameHTTPLambda', 'NightlyScheduleLambda']
  const now = JSON.parse(template())
  for (const id of ids) {
    t.not(now.Resources[id].Properties.ImageUri, deployed.Resources[id].Properties.ImageUri)
    const ran = deployed.Resources[id].Properties.ImageUri.split('@')[1]
    t.strictSame(now.Resources[id].Metadata, { ContainerImages: { previous: ran } })
    now.Resources[id].Properties.ImageUri = deployed.Resources[id].Properties.ImageUri
    now.Resources[id].Metadata = deployed.Resources[id].Metadata
  }
  t.strictSame(now, deployed)

  const forward = await runArcImages(app, ['rollback', '--yes', '--json'])
  t.equal(forward.exitCode, 0, forward.stderr)
  t.match(JSON.parse(forward.stdout), {
    command: 'rollback',
    stack: stackName,
    functions: [{ function: 'get /greet/:name', image: 'small', architecture: 'arm64' }, {}],
    stays: [{ function: 'get /' }],
  })
  t.equal(await says(), 'Oops, Grüß Gott ADA')
  // A rollback proves nothing: whoever deploys this image again looks at it again.
  for (const id of ids) delete deployed.Resources[id].Metadata.ContainerImages.proven
  t.strictSame(JSON.parse(template()), deployed)
})
