import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import t from 'tap'

import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { dockerCalls, dockerStandIn } from '../stand-in/docker/run.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'

const dockerfile = `FROM public.ecr.aws/lambda/nodejs:24
COPY --from=functions / \${LAMBDA_TASK_ROOT}/
`

async function openApp(
  files: Readonly<Record<string, string>>,
  edit = (text: string) => text,
): Promise<ImageApp> {
  const app = await openImageApp()
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(app.directory, path)), { recursive: true })
    await app.write(path, text)
  }
  await app.edit('app.arc', edit)
  return app
}

const fail = (app: ImageApp, output: string) =>
  dockerStandIn({ record: join(app.cache, 'record'), exitCode: 1, output })

t.test('functions of Node and of Python, in a dry run', async (t) => {
  const app = await openApp(
    {
      'docker/small/Dockerfile': dockerfile,
      'docker/snake/Dockerfile': dockerfile.replace('nodejs:24', 'python:3.13'),
      'src/scheduled/tidy/index.py': 'def handler(event, context):\n    return 1\n',
      'src/scheduled/tidy/config.arc': '@aws\nruntime python3.13\n',
    },
    (text) =>
      text
        .replace('nightly rate(1 day)', 'nightly rate(1 day)\ntidy rate(1 day)')
        .replace('nightly small', 'nightly small\nscheduled tidy snake'),
  )
  t.teardown(() => app.close())
  await pushBaseImage({ registry: app.bases, repository: 'lambda/python', tag: '3.13' })
  const environment = fail(app, 'ERROR: docker is not to be asked')
  const args = ['deploy', '--dry-run']
  const run = await app.deploy({ args, environment })
  t.equal(run.exitCode, 0, run.output)
  t.match(run.samTemplate?.Resources['TidyScheduleLambda'], {
    Properties: {
      PackageType: 'Image',
      ImageConfig: {
        EntryPoint: ['/lambda-entrypoint.sh'],
        Command: ['arc_functions/scheduled-tidy.handler'],
        WorkingDirectory: '/var/task',
      },
    },
  })
  t.match(run.output, /Would deploy greeter-lambda-images:small-arm64-[0-9a-f]{32}/)
  t.match(run.output, /Would deploy greeter-lambda-images:snake-arm64-[0-9a-f]{32}/)
  t.strictSame(await dockerCalls(environment['DOCKER_STAND_IN_RECORD'] ?? ''), [])

  await app.write('src/scheduled/tidy/index.py', 'def handle(event, context):\n    return 1\n')
  const without = await app.deploy({ args, environment })
  t.equal(without.exitCode, 1)
  t.match(without.output, /HANDLER_MISSING[^]*tidy\/index\.py has no 'handler', which Lambda calls/)
})

t.test('a failing build leaves the stack as it is, and is said once', async (t) => {
  const app = await openApp({ 'docker/small/Dockerfile': dockerfile })
  t.teardown(() => app.close())
  const output = `#4 sha256:1 5MB / 61MB 0.3s
#5 [2/2] RUN false
#5 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1
------
 > [2/2] RUN false:
------
ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1`
  const environment = fail(app, output)
  const run = await app.deploy({ environment })
  t.equal(run.exitCode, 1)
  t.match(run.output, "Image 'small' could not be built: a step of the Dockerfile failed.")
  t.equal(run.output.split('BUILD_STEP_FAILED').length, 2, run.output)
  t.match(run.output, 'small | #5 [2/2] RUN false', 'what docker prints is shown as it comes')
  t.notMatch(run.output, '5MB / 61MB', 'but for what only a terminal can show')
  t.strictSame(app.aws.state.stacks, [])
  t.strictSame(await app.tags(), [])
  const [call] = await dockerCalls(environment['DOCKER_STAND_IN_RECORD'] ?? '')
  const [token = ''] = Object.keys(app.aws.state.tokens)
  t.match(call?.config, {
    auths: { '123456789012.dkr.ecr.us-west-2.amazonaws.com': { auth: token } },
  })
  t.notMatch(run.output, token)
})

t.test('without Docker the embedded builder is named', async (t) => {
  const app = await openApp({ 'docker/small/Dockerfile': dockerfile })
  t.teardown(() => app.close())
  const run = await app.deploy({
    environment: fail(app, 'ERROR: Cannot connect to the Docker daemon at unix:///x.'),
  })
  t.equal(run.exitCode, 1)
  t.match(run.output, "DOCKER_NOT_RUNNING: Image 'small' could not be built")
  t.match(run.output, "write 'builder embedded' under 'small' in @images")
  await app.edit('app.arc', (text) => `${text}small\n  builder embedded\n`)
  t.equal((await app.deploy()).exitCode, 0)
})
