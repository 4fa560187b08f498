import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'

t.test('an app whose stack has no outputs is deployed, and again', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  await app.edit('app.arc', (text) =>
    text.replace(/@http\n[^]*?\n\n/, '').replace('get /greet/:name small\n', ''),
  )
  for (const status of ['CREATE_COMPLETE', 'UPDATE_COMPLETE']) {
    const run = await app.deploy()
    t.equal(run.exitCode, 0, run.output)
    t.notMatch(run.output, /outs\?\.find|TypeError/)
    t.equal(app.aws.stack('GreeterStaging')?.status, status)
    t.strictSame(app.aws.stack('GreeterStaging')?.deployment.outputs, {})
  }
})
