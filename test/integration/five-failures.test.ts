/**
 * The five failures that a green deploy of a container image can hide. Each is provoked on purpose,
 * shown to fail where such an image is started, and shown to be stopped by the plugin with the
 * stack as it was. Where something was pushed and refused, it is that very image which is started.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'
import t, { type Test } from 'tap'

import { deployedFunction } from '../../scripts/demo/deployed-function.ts'
import { type ImageRun, openImageApp } from '../stand-in/inputs/image-app.ts'
import type { Invocation } from '../stand-in/lambda/runtime-api.ts'
import { baseImageTools } from './toolchain/base-image.ts'
import { openDeployWorld } from './toolchain/deploy-world.ts'
import { dockerTools, registryTools, skipWithout } from './toolchain/missing-tools.ts'
import { type ImageConfig, platforms, runImage } from './toolchain/run-image.ts'
import { runOnForeignProcessor } from './toolchain/run-on-foreign-processor.ts'

t.setTimeout(600_000)

const skip = await skipWithout(...dockerTools, ...baseImageTools, ...registryTools)
const noForeign = await skipWithout('user-namespaces')

// Functions of this machine's own kind, so that images of the other kind are the wrong ones.
const [own, foreign] =
  process.arch === 'arm64' ? (['arm64', 'x86_64'] as const) : (['x86_64', 'arm64'] as const)
const host = '123456789012.dkr.ecr.us-west-2.amazonaws.com'
const stackName = 'GreeterStaging'
const handler = 'src/http/get-greet-000name/index.mjs'
const event = { pathParameters: { name: 'Ada' } }

const dockerfile = `FROM public.ecr.aws/lambda/nodejs:24 AS dependencies
COPY package.json package-lock.json tiny-1.0.0.tgz ./
RUN npm ci --offline --no-audit --no-fund
FROM public.ecr.aws/lambda/nodejs:24
COPY --from=dependencies \${LAMBDA_TASK_ROOT}/node_modules \${LAMBDA_TASK_ROOT}/node_modules
COPY --from=functions / \${LAMBDA_TASK_ROOT}/
`

/** A docker that does all it is told but this, and keeps what it pushes under a tag of ours too. */
const dockerInTheWay = (program: string, edit: string): string => `#!/bin/sh
for argument do
  shift
  case $argument in
    ${edit}
    --tag=*) set -- "$@" --tag=${host}/kept:latest ;;
  esac
  set -- "$@" "$argument"
done
exec ${program} "$@"
`

t.test('the five failures', { skip }, async (t) => {
  const world = await openDeployWorld()
  t.teardown(() => world.close())
  const { docker, scratch } = world
  const app = await openImageApp({ aws: world.aws })
  t.teardown(() => app.close())
  await app.write('docker/small/Dockerfile', dockerfile)
  await app.edit('app.arc', (text) =>
    text.replace('runtime nodejs24.x', `runtime nodejs24.x\narchitecture ${own}`),
  )
  const { stdout: dockerProgram } = await execa('sh', ['-c', 'command -v docker'])

  const deploy = (environment: Readonly<Record<string, string>> = {}): Promise<ImageRun> =>
    app.deploy({ environment: { ...docker.environment, ...environment } })
  const first = await deploy()
  t.equal(first.exitCode, 0, first.output)
  const sound = deployedFunction(app.aws, stackName, 'get /greet/:name')
  const texts = new Map<string, string>()
  for (const path of ['app.arc', handler, 'docker/small/Dockerfile']) {
    texts.set(path, await app.read(path))
  }
  t.beforeEach(async (t) => {
    for (const [path, text] of texts) await app.write(path, text)
    // Code that is new, so that an image is made of it.
    await app.edit(handler, (text) => `${text}export const test = ${JSON.stringify(t.name)}\n`)
  })

  /** One event to an image, in a container without any variable of the app's. */
  async function start(
    image: string,
    { imageConfig = sound.imageConfig }: { readonly imageConfig?: ImageConfig } = {},
  ): Promise<Invocation> {
    const run = { docker, image, imageConfig, architecture: own, events: [event] }
    const { invocations, output } = await runImage(run)
    const [invocation] = invocations
    if (invocation === undefined) throw new Error(output)
    return invocation
  }

  /** What is pushed by hand, as it would be without the plugin. */
  async function pushByHand(name: string, files: Readonly<Record<string, string>>) {
    const folder = join(scratch, name)
    await mkdir(folder)
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
    const to = 'COPY index.js ${LAMBDA_TASK_ROOT}/http/get-greet-000name/\n'
    await writeFile(join(folder, 'Dockerfile'), `FROM public.ecr.aws/lambda/nodejs:24\n${to}`)
    const flags = [`--platform=${platforms[own]}`, '--provenance=false', '--sbom=false', '--push']
    await docker.docker(['buildx', 'build', ...flags, `--tag=${host}/by-hand:${name}`, folder])
    return `${host}/by-hand:${name}`
  }

  /** A deploy by a docker that changes its arguments; what it pushed. */
  async function deployWith(edit: string): Promise<ImageRun & { readonly kept: string }> {
    const bin = join(scratch, 'bin')
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, 'docker'), dockerInTheWay(dockerProgram, edit))
    await chmod(join(bin, 'docker'), 0o755)
    const path = [bin, dirname(process.execPath), process.env['PATH'] ?? '']
    const run = await deploy({ PATH: path.join(delimiter) })
    const [, digest = 'no digest'] = /-images@(sha256:[0-9a-f]{64})/.exec(run.output) ?? []
    return { ...run, kept: `${host}/kept@${digest}` }
  }

  /** The deploy ends with this error; nothing of the stack was touched, or uploaded for it. */
  async function expectStopped<Run extends ImageRun>(
    t: Test,
    code: string,
    go: () => Promise<Run>,
    changes = /^(?:s3:(?:Put|Create)|cloudformation:(?:Create|Update|Execute))/,
  ): Promise<Run> {
    const stack = structuredClone(app.aws.stack(stackName))
    const run = await go()
    t.equal(run.exitCode, 1, run.output)
    t.match(run.output, new RegExp(`\\b${code}\\b`))
    t.strictSame(app.aws.stack(stackName), stack, 'the stack is as it was')
    t.strictSame(
      run.calls.filter((call) => changes.test(call)),
      [],
      'nothing was uploaded',
    )
    return run
  }

  await t.test('without any of them the image answers', async (t) => {
    const { payload, error } = await start(sound.imageUri)
    t.equal(error, undefined)
    t.match(JSON.parse(payload.toString()), { statusCode: 200, body: 'Hello ADA' })
  })

  await t.test('1: an image for another architecture', { skip: noForeign }, async (t) => {
    await app.edit('docker/small/Dockerfile', (text) =>
      text.slice(text.lastIndexOf('FROM')).replace(/^COPY .*node_modules\n/m, ''),
    )
    // Without packages, since none are installed for the other architecture.
    await app.edit(handler, (text) => text.replace(/^import .*$/m, 'const tiny = (name) => name'))
    const { kept } = await expectStopped(t, 'IMAGE_PLATFORM_WRONG', () =>
      deployWith(`--platform=*) argument=--platform=${platforms[foreign]} ;;
    --build-context=public.ecr.aws*) continue ;;`),
    )
    await docker.docker(['pull', '--quiet', '--platform', platforms[foreign], kept])
    const { imageConfig } = sound
    const image = { docker, image: kept, architecture: foreign, imageConfig }
    const { exitCode, output } = await runOnForeignProcessor(image)
    t.not(exitCode, 0)
    t.match(output, /exec format error/i)

    // The same code by a docker that does as it is told: nothing of before stands in the way.
    const run = await deployWith('')
    t.equal(run.exitCode, 0, run.output)
  })

  await t.test('2: a manifest that Lambda refuses', async (t) => {
    const { kept } = await expectStopped(t, 'IMAGE_IS_INDEX', () =>
      deployWith('--provenance=*) argument=--provenance=mode=min ;;'),
    )
    t.match((await start(kept)).payload.toString(), /Hello ADA/, 'Docker would never tell')

    // Only the stand-in of AWS can say here what Lambda says.
    const { repositories } = app.aws.state
    const ours = repositories['greeter-lambda-images']
    if (ours === undefined) throw new Error('the app has no repository')
    repositories['kept'] = { ...structuredClone(ours), name: 'kept' }
    await app.write(
      'by-hand.mjs',
      `export default { deploy: { start ({ cloudformation }) {
        const { Properties } = cloudformation.Resources.GetGreetNameHTTPLambda
        for (const name of ['Handler', 'Runtime']) delete Properties[name]
        Object.assign(Properties, { PackageType: 'Image', ImageUri: '${kept}' })
      } } }`,
    )
    await app.edit('app.arc', (text) =>
      text
        .replace(/container-images\n.*\n/, 'by-hand\n  src by-hand.mjs\n')
        .replace(/@container-images[^]*/, ''),
    )
    const byHand = await deploy()
    t.equal(byHand.exitCode, 1)
    const reasons = app.aws.stack(stackName)?.events.flatMap(({ reason }) => reason ?? [])
    t.match(
      reasons?.join('\n'),
      `The image manifest, config or layer media type for the source image ${kept} is not supported.`,
    )
  })

  await t.test('3: a bundle that cannot be loaded as the handler', async (t) => {
    await app.edit('docker/small/Dockerfile', (text) =>
      text.replace('functions / ${LAMBDA_TASK_ROOT}/', 'functions / /opt/'),
    )
    const { kept } = await expectStopped(t, 'IMAGE_HANDLER_MISSING', () => deployWith(''))
    t.match((await start(kept)).error, { phase: 'init', errorType: 'Runtime.ImportModuleError' })

    const unexported = 'const handler = async () => 1\n'
    await app.write(handler, unexported)
    await expectStopped(t, 'HANDLER_MISSING', () => deploy())
    const withoutExport = await pushByHand('without-export', { 'index.js': unexported })
    t.match((await start(withoutExport)).error, { errorType: 'Runtime.HandlerNotFound' })

    // Written as a module is how the app's own handler is; the plugin makes CommonJS of it.
    const esm = 'export const handler = async () => 1\n'
    const asModule = await pushByHand('module', { 'index.js': esm })
    t.match((await start(asModule)).error, { errorType: 'Runtime.UserCodeSyntaxError' })
    t.match(texts.get(handler), /^export async function handler/m)
  })

  await t.test('4: values that were not there, or another stage’s', async (t) => {
    await expectStopped(t, 'DEFINE_VALUE_MISSING', () => deploy({ GREETING: '' }))
    const reads = 'exports.handler = async () => `${process.env.GREETING} Ada`\n'
    const byHand = await pushByHand('without-value', { 'index.js': reads })
    t.equal((await start(byHand)).payload.toString(), '"undefined Ada"')

    const production = await app.deploy({
      args: ['deploy', '--production', '--no-hydrate'],
      environment: { ...docker.environment, GREETING: 'Moin' },
    })
    t.equal(production.exitCode, 0, production.output)
    const other = deployedFunction(app.aws, 'GreeterProduction', 'get /greet/:name')
    t.match((await start(other.imageUri)).payload.toString(), /Moin ADA/)
    t.match((await start(sound.imageUri)).payload.toString(), /Hello ADA/)
  })

  await t.test('5: a partial ImageConfig', async (t) => {
    const partial = {
      Command: [/ended with 142/, []],
      WorkingDirectory: [/absolute path/, 'task'],
      EntryPoint: [/ended with 127/, []],
    } as const
    for (const [part, [says, value]] of Object.entries(partial)) {
      const imageConfig = { ...sound.imageConfig, [part]: value }
      t.match((await start(sound.imageUri, { imageConfig })).error?.errorMessage, says, part)
      await app.write(
        'partly.mjs',
        `export default { deploy: { services ({ cloudformation }) {
          delete cloudformation.Resources.GetGreetNameHTTPLambda.Properties.ImageConfig.${part}
        } } }`,
      )
      await app.edit('app.arc', () =>
        (texts.get('app.arc') ?? '').replace(
          / {2}src plugin\/index\.ts\n/,
          '$&partly\n  src partly.mjs\n',
        ),
      )
      // Architect has uploaded its zips by the time at which it writes the template.
      const changes = /^cloudformation:(?:Create|Update|Execute)/
      await expectStopped(t, 'REWRITE_UNDONE', () => deploy(), changes)
    }
  })
})
