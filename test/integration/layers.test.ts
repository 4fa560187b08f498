import { lstat, mkdtemp, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

import { unpackDeployed } from '../stand-in/assertions/unpack-deployed.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { makeZip } from '../stand-in/inputs/zip.ts'
import { invokeFunction } from '../stand-in/lambda/start-function.ts'

const arn = (name: string) => `arn:aws:lambda:us-west-2:123456789012:layer:${name}:3`

const wrapper = '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n'
const tracing = 'globalThis.traced = true\n'

/** As a plugin for telemetry does: layers and variables for every function. */
const otel = `export default { deploy: { start ({ cloudformation }) {
  for (const { Type, Properties } of Object.values(cloudformation.Resources)) {
    if (Type !== 'AWS::Serverless::Function') continue
    Properties.Layers = ${JSON.stringify([arn('base'), arn('otel')])}
    Object.assign(Properties.Environment.Variables, {
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap',
      NODE_OPTIONS: '--require /opt/nodejs/tracing.js',
    })
  }
} } }`

t.test("layers include: a plugin's layers are in the image and work there", async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const layers = {
    base: [
      { path: 'wrap', text: 'hidden by the next one', mode: 0o100644 },
      { path: 'lib/x', text: 'x', mode: 0o100644 },
    ],
    otel: [
      { path: 'wrap', text: wrapper, mode: 0o100755 },
      { path: 'nodejs/tracing.js', text: tracing, mode: 0o100644 },
      { path: 'lib/link', text: '../wrap', mode: 0o120777 },
    ],
  }
  const putLayer = (name: keyof typeof layers) => {
    app.aws.state.layers[arn(name)] = makeZip(layers[name]).toString('base64')
  }
  putLayer('base')
  await app.write('otel.mjs', otel)
  await app.edit('app.arc', (text) =>
    text
      .replace('  src plugin/index.ts\n', '  src plugin/index.ts\notel\n  src otel.mjs\n')
      .replace('define GREETING', 'define GREETING\nlayers include\nsmall\n  external from-layer'),
  )
  await app.write(
    'src/http/get-greet-000name/index.mjs',
    `export const handler = async () => [process.env.WRAPPED, globalThis.traced === true]\n`,
  )

  await app.edit('src/scheduled/nightly/index.mjs', (text) => `import 'from-layer'\n${text}`)

  const missing = await app.deploy()
  t.equal(missing.exitCode, 1, missing.output)
  t.match(missing.output, `lambda:GetLayerVersion`)
  t.match(missing.output, arn('otel'))
  t.notMatch(missing.calls.join(), 'ecr:CreateRepository')

  putLayer('otel')
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  const { Properties: properties } = app.resources()['GetGreetNameHTTPLambda'] ?? {}
  t.notOk(Object.hasOwn(properties ?? {}, 'Layers'))
  t.match(app.resources()['GetIndexHTTPLambda']?.Properties, { Layers: [arn('base'), arn('otel')] })

  const root = await mkdtemp(join(tmpdir(), 'layers-'))
  t.teardown(() => rm(root, { recursive: true, force: true }))
  const uri = String(properties?.['ImageUri'])
  const { entrypoint } = await unpackDeployed(app.aws, uri, root)
  t.equal(await readFile(join(root, 'opt/wrap'), 'utf8'), wrapper)
  t.equal((await lstat(join(root, 'opt/wrap'))).mode & 0o777, 0o755)
  t.equal(await readFile(join(root, 'opt/lib/x'), 'utf8'), 'x')
  t.equal(await readlink(join(root, 'opt/lib/link')), '../wrap')
  const answer = await invokeFunction({
    root,
    entryPoint: entrypoint,
    command: ['http/get-greet-000name/index.handler'],
    workingDirectory: '/var/task',
    environment: {
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap',
      NODE_OPTIONS: '--require /opt/nodejs/tracing.js',
    },
    event: {},
  })
  t.equal(answer.payload.toString(), '["yes",true]')

  const again = await app.deploy()
  t.equal(again.exitCode, 0, again.output)
  t.strictSame(again.sent, [])
  t.notMatch(again.calls.join(), 'GetLayerVersion', 'a version never changes')

  await app.edit('otel.mjs', (text) => text.replace('/opt/wrap', '/opt/lib/x'))
  const unfit = await app.deploy()
  t.equal(unfit.exitCode, 1, unfit.output)
  t.match(
    unfit.output,
    /AWS_LAMBDA_EXEC_WRAPPER \(set by plugin 'otel'\).*\/opt\/lib\/x is not executable/,
  )
  t.strictSame(unfit.sent, [])
})
