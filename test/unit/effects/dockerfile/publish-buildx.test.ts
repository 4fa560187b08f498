import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import t, { type Test } from 'tap'

import { buildxImages } from '../../../../plugin/effects/dockerfile/buildx-images.ts'
import { privateFolderName } from '../../../../plugin/effects/temporary/private-folder.ts'
import { removeAbandoned } from '../../../../plugin/effects/temporary/remove-abandoned.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import type { Repository } from '../../../../plugin/ports/repository.ts'
import { dockerCalls, dockerStandIn } from '../../../stand-in/docker/run.ts'
import { plainNode } from '../../../stand-in/harness/plain-node.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { pushImage } from '../../../contracts/registry.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { smallImage } from '../../../stand-in/registry/small-image.ts'
import { bundle, dockerfile, dockerfileImage } from './dockerfile-image.ts'

const registry = '123456789012.dkr.ecr.us-west-2.amazonaws.com'
const token = 'the-token-of-ecr'
const auth = Buffer.from(`AWS:${token}`).toString('base64')
const digest = digestOf('image')
const base = digestOf('base')

function repositoryWith(authorization?: Repository['authorization']): Repository {
  const uri = `${registry}/app`
  return openRepository(authorization === undefined ? { uri } : { uri, authorization })
}

interface Setup {
  readonly settings?: Parameters<typeof dockerfileImage>[1]
  readonly image?: Parameters<typeof dockerfileImage>[2]
  readonly user?: Exclude<NonNullable<Parameters<Test['testdir']>[0]>, string>
  readonly environment?: Record<string, string | undefined>
  readonly docker?: Partial<Parameters<typeof dockerStandIn>[0]>
  readonly authorization?: Repository['authorization'] | 'none'
  readonly repository?: Repository
}

async function publish(t: Test, setup: Setup = {}) {
  const app = t.testdir({
    app: { docker: { img: { Dockerfile: dockerfile, '.npmrc': 'x', 'package.json': '{}' } } },
    user: setup.user ?? {},
    tmp: {},
  })
  const record = join(app, 'record')
  const lines: string[] = []
  const environment = {
    ...dockerStandIn({ record, digest, ...setup.docker }),
    HOME: join(app, 'home'),
    DOCKER_CONFIG: join(app, 'user'),
    ...setup.environment,
  }
  const builder = buildxImages({
    resolveBase: async () => {
      throw new Error('no base is read')
    },
    resolveDigest: async () => base,
    cacheDirectory: join(app, 'cache'),
    directory: join(app, 'app'),
    environment,
    progress: () => undefined,
    onLine: (image, line) => lines.push(`${image} | ${line}`),
  })
  const authorization =
    setup.authorization === 'none'
      ? undefined
      : (setup.authorization ?? (async () => `Basic ${auth}`))
  const image = dockerfileImage(join(app, 'app'), setup.settings, setup.image)
  const repository = setup.repository ?? repositoryWith(authorization)
  const input = { image, bundle, repository, tag: 'img-arm64-1' }
  const built = await builder.publish(input).then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  )
  return { ...built, app, lines, calls: await dockerCalls(record) }
}

t.test('docker is asked for one image, without attestations', async (t) => {
  const { result, calls, app, lines } = await publish(t, { docker: { output: '#1 step\n#1 DONE' } })
  t.strictSame(result, { digest, outcome: 'builtByDocker', parts: [], notes: [] })
  t.equal(calls.length, 1)
  const [call] = calls
  t.strictSame(call?.argv.slice(0, 6), [
    'buildx',
    'build',
    '--platform=linux/arm64',
    '--provenance=false',
    '--sbom=false',
    '--push',
  ])
  t.ok(call?.argv.includes(`--tag=${registry}/app:img-arm64-1`))
  t.ok(
    call?.argv.includes(`--build-context=base.example/a:1=docker-image://base.example/a@${base}`),
  )
  t.equal(call?.argv.at(-1), join(app, 'app/docker/img'))
  t.equal(call?.cwd, join(app, 'app'))
  t.equal(call?.env['BUILDX_NO_DEFAULT_ATTESTATIONS'], '1')
  t.equal(call?.dockerfile, dockerfile)
  t.strictSame(lines, ['img | #1 step', 'img | #1 DONE'])
})

t.test('a refused manifest is a taken tag where the registry has the tag', async (t) => {
  const host = await startRegistry()
  t.teardown(() => host.close())
  const repository = openRepository({ uri: `${host.host}/app` })
  // As dockerd 28.2.2 prints it, without a word of the registry's.
  const url = `http://${host.host}/v2/app/manifests/img-arm64-1`
  const output = `------
 > exporting to image:
------
ERROR: failed to solve: failed to push ${host.host}/app:img-arm64-1: failed commit on ref "manifest-${digest}": unexpected status from PUT request to ${url}: 400 Bad Request`
  const docker = { output, exitCode: 1 }
  const other = await publish(t, { docker, repository })
  t.match(other.error, { code: 'BUILD_FAILED', message: /400 Bad Request/ })
  await pushImage(repository, smallImage(), 'img-arm64-1')
  const taken = await publish(t, { docker, repository })
  t.match(taken.error, { code: 'TAG_TAKEN', message: /another deploy has pushed this tag/ })
  host.inject({ kind: 'status', status: 403, code: 'DENIED', times: 9 })
  const unsaid = await publish(t, { docker, repository })
  t.match(unsaid.error, { code: 'BUILD_FAILED' })
})

t.test('the bundle is a context of its own, the same on every machine', async (t) => {
  const umask = process.umask(0o077)
  t.teardown(() => process.umask(umask))
  const { calls } = await publish(t)
  t.strictSame(calls[0]?.functions, {
    http: ['755', 0],
    'http/get-index': ['755', 0],
    'http/get-index/index.cjs': ['644', 0],
    'http/get-index/run.sh': ['755', 0],
  })
})

t.test("the login stands in a file of this build's alone", async (t) => {
  const { calls, app } = await publish(t, {
    user: {
      'config.json': JSON.stringify({
        auths: { 'other.example': { auth: 'b3RoZXI=' }, [registry]: { auth: 'b2xk' } },
        credsStore: 'desktop',
        credHelpers: { 'helped.example': 'own' },
        currentContext: 'remote',
      }),
      'cli-plugins': { 'docker-buildx': 'a plugin' },
      contexts: {},
    },
  })
  const [call] = calls
  t.strictSame(call?.config, {
    auths: { 'other.example': { auth: 'b3RoZXI=' }, [registry]: { auth } },
    credsStore: 'desktop',
    credHelpers: { 'helped.example': 'own', [registry]: '' },
    currentContext: 'remote',
  })
  t.strictSame(call?.configEntries, ['cli-plugins', 'config.json', 'contexts'])
  t.equal(call?.configMode, '600')
  t.equal(call?.folderMode, '700')
  t.equal(call?.env['BUILDX_CONFIG'], join(app, 'user/buildx'))
  t.not(call?.env['DOCKER_CONFIG'], join(app, 'user'))
  const said = JSON.stringify([call?.argv, call?.env])
  t.notMatch(said, token)
  t.notMatch(said, auth)
  t.notOk(existsSync(call?.env['DOCKER_CONFIG'] ?? '/'), 'it is gone')
  t.ok(existsSync(join(app, 'user/cli-plugins/docker-buildx')), "the user's own is not")
})

t.test('a registry that wants no login gets none', async (t) => {
  const { calls } = await publish(t, { authorization: 'none' })
  t.strictSame(calls[0]?.config, {})
})

t.test("a config.json that is none is not read on anyone's behalf", async (t) => {
  const { error, calls } = await publish(t, { user: { 'config.json': '{"auths": "secret' } })
  t.match(error, { code: 'DOCKER_CONFIG_INVALID' })
  t.notMatch(String(error), /secret/)
  t.strictSame(calls, [])
})

t.test('a config.json that cannot be read is not an empty one', async (t) => {
  const { error, calls } = await publish(t, { user: { 'config.json': { 'a-folder': '' } } })
  t.match(error, {
    code: 'DOCKER_CONFIG_INVALID',
    message: /user\/config\.json cannot be read: EISDIR/,
  })
  t.strictSame(calls, [], 'else the build would miss every login')
})

t.test('values of secrets stand nowhere', async (t) => {
  const value = 'value-of-the-secret'
  const output = `#5 0.1 ${value}\nERROR: failed to solve: ${value}`
  const { error, calls, lines } = await publish(t, {
    settings: {
      secrets: ['id=key,env=LICENSE', 'id=npmrc,src=docker/img/.npmrc'],
      buildArgs: ['MODE'],
    },
    environment: { LICENSE: value, MODE: 'fast' },
    docker: { output, exitCode: 1 },
  })
  t.notMatch(JSON.stringify(calls[0]?.argv), value)
  t.ok(calls[0]?.argv.includes('--secret=id=key,env=LICENSE'))
  t.ok(calls[0]?.argv.includes('--build-arg=MODE'), "docker takes the environment's value")
  t.equal(calls[0]?.env['LICENSE'], value)
  t.strictSame(lines, ['img | #5 0.1 ***', 'img | ERROR: failed to solve: ***'])
  t.match(error, { code: 'BUILD_FAILED', message: /failed to solve: \*\*\*/ })
})

t.test("'base' is the argument BASE", async (t) => {
  const refused = await publish(t, { image: { base: 'base.example/b:2' } })
  t.match(refused.error, {
    code: 'DOCKERFILE_INVALID',
    message: /'base' is set for 'img', and docker\/img\/Dockerfile does not take it/,
  })
  t.strictSame(refused.calls, [])
})

t.test('what can be known before is said before', async (t) => {
  const { error, calls } = await publish(t, {
    settings: { buildArgs: ['MODE', 'A=1'], secrets: ['id=key', 'id=f,src=none'] },
    environment: { MODE: '' },
  })
  t.match(error, {
    code: 'BUILD_VALUE_MISSING',
    message: [
      "Image 'img' needs what is not there. Set it in the environment of the deploy, or correct the setting:",
      "- 'build-arg MODE': the environment has no MODE",
      "- 'secret id=key': the environment has no key",
      "- 'secret id=f,src=none': there is no file none",
    ].join('\n'),
  })
  t.strictSame(calls, [])
})

t.test('no docker at all', async (t) => {
  const { error } = await publish(t, { environment: { PATH: t.testdir() } })
  t.match(error, { code: 'DOCKER_MISSING', message: /'builder embedded' under 'img'/ })
})

t.test('a build that tells no digest', async (t) => {
  const { error } = await publish(t, { docker: { digest: '' } })
  t.match(error, { code: 'BUILD_FAILED', message: /did not tell its digest/ })
})

/**
 * A build in a process group of its own that is ended once docker runs.
 * @returns by what, and how many folders there were before
 */
async function endBuild(folder: string, signal: NodeJS.Signals) {
  const record = join(folder, `record-${randomUUID()}`)
  const program = join(import.meta.dirname, 'interrupted-build.ts')
  const child = spawn(...plainNode(program, join(folder, 'app')), {
    env: {
      ...process.env,
      ...dockerStandIn({ record, hangs: true }),
      TMPDIR: join(folder, 'tmp'),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  const exited = once(child, 'exit')
  while ((await dockerCalls(record)).length === 0 && child.exitCode === null) await setTimeout(20)
  const there = await readdir(join(folder, 'tmp'))
  // The whole group, docker too: nothing of a killed one is to go on.
  if (signal === 'SIGKILL' && child.pid !== undefined) process.kill(-child.pid, signal)
  else child.kill(signal)
  const [, by] = await exited
  return { by, there }
}

t.test('interrupted, it leaves nothing behind', async (t) => {
  const folder = t.testdir({ app: { docker: { img: { Dockerfile: dockerfile } } }, tmp: {} })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { by, there } = await endBuild(folder, signal)
    t.equal(by, signal)
    t.equal(there.length, 1, 'there is something to remove')
    t.strictSame(await readdir(join(folder, 'tmp')), [])
  }
})

t.test('killed, it leaves what a later deploy removes', async (t) => {
  const folder = t.testdir({ app: { docker: { img: { Dockerfile: dockerfile } } }, tmp: {} })
  const tmp = join(folder, 'tmp')
  const { by } = await endBuild(folder, 'SIGKILL')
  t.equal(by, 'SIGKILL')
  const [left = '', ...others] = await readdir(tmp)
  t.strictSame(others, [])
  t.ok(existsSync(join(tmp, left, 'docker/config.json')), 'with the login in it')
  await removeAbandoned(tmp, privateFolderName)
  t.strictSame(await readdir(tmp), [])
})
