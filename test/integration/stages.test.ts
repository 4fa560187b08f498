import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { deployedGreeting } from '../stand-in/assertions/deployed-greeting.ts'

const app = await openImageApp()
t.teardown(() => app.close())

t.test(
  'a fixed value is that of the deployed stage, not of another and not of the shell',
  async (t) => {
    for (const [stage, value] of Object.entries({ staging: 'Hi', production: 'Good day' })) {
      const record = { type: 'SecureString', value, version: 1, modified: Date.now() }
      app.aws.state.parameters[`/greeter/${stage}/GREETING`] = record
    }
    const staging = await app.deploy()
    t.equal(staging.exitCode, 0, staging.output)
    const production = await app.deploy({ args: ['deploy', '--production', '--no-hydrate'] })
    t.equal(production.exitCode, 0, production.output)
    const named = await app.deploy({ args: ['deploy', '--name', 'PR5', '--no-hydrate'] })
    t.equal(named.exitCode, 0, named.output)

    const directory = t.testdir()
    t.equal(await deployedGreeting(app, 'GreeterStaging', directory), 'Hi ADA')
    t.equal(await deployedGreeting(app, 'GreeterProduction', directory), 'Good day ADA')
    t.equal(await deployedGreeting(app, 'GreeterStagingPR5', directory), 'Hi ADA')
    const code = ['blob', 'blob', 'live tag', 'manifest']
    t.strictSame(production.sent, code, 'two images share all but the code')
    t.strictSame(
      (await app.aws.registry.manifests('greeter-lambda-images-preview')).length > 0 &&
        app.aws
          .stack('GreeterStagingPR5')
          ?.deployment.functions['GetGreetNameHTTPLambda']?.resolvedImageUri?.includes(
            '/greeter-lambda-images-preview@',
          ),
      true,
      'a preview has a repository of its own',
    )
    t.ok(named.sent.includes('blob'), 'and shares nothing with the others')
    const second = await app.deploy({ args: ['deploy', '--name', 'PR6', '--no-hydrate'] })
    t.strictSame(second.sent, ['live tag'], 'previews share their images')
  },
)

t.test('a variable that changed gives another image', async (t) => {
  app.aws.state.parameters['/greeter/staging/GREETING'] = {
    type: 'SecureString',
    value: 'Hey',
    version: 2,
    modified: Date.now(),
  }
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  t.equal(await deployedGreeting(app, 'GreeterStaging', t.testdir()), 'Hey ADA')
})
