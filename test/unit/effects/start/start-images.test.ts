import { rm } from 'node:fs/promises'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import t from 'tap'

import { imageLabels } from '../../../../plugin/core/image/image-labels.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import type { Runner } from '../../../../plugin/effects/runners/runner.ts'
import type { DeployedProofs } from '../../../../plugin/effects/image/deployed-proofs.ts'
import { createStart } from '../../../../plugin/effects/start/start-images.ts'
import type { SupervisorEvent } from '../../../../plugin/effects/runtime/supervision.ts'
import { pushBlob, pushManifest } from '../../../stand-in/inputs/push.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { smallImage } from '../../../stand-in/registry/small-image.ts'
import { bundle, dockerfileImage } from '../dockerfile/dockerfile-image.ts'

const registry = await startRegistry({ lambdaRules: false })
t.teardown(() => registry.close())
const place = { url: registry.url, repository: 'app' }
const repository = openRepository({ uri: `${registry.host}/app` })
const handler = 'var/task/http/get-index/index.cjs'

const up: readonly SupervisorEvent[] = [{ kind: 'ready' }, { kind: 'next', peakMemory: 1 }]
const failing = (errorType: string): readonly SupervisorEvent[] => [
  { kind: 'ready' },
  { kind: 'init-error', report: JSON.stringify({ errorType, errorMessage: 'no' }) },
  { kind: 'exit', code: 1, signal: null },
]

/** A runner whose functions do as they are told, and what it was asked. */
function scripted(events: readonly SupervisorEvent[]) {
  const asked: string[] = []
  const runner: Runner = {
    name: 'namespaces',
    async prepare({ layers }) {
      asked.push('prepare')
      // Whoever lays out layers has fetched them.
      for (const layer of layers) await layer.entries()
      return {
        start: ({ argv }) => {
          asked.push(argv.join(' '))
          return {
            events: (async function* () {
              yield* events
            })(),
            invoke: () => {},
            close: async () => {},
          }
        },
        close: async () => void asked.push('close'),
      }
    },
  }
  return { asked, found: { runner, how: 'natively' as const } }
}

/** @param code one text for each layer of functions */
async function push(tag: string, code: readonly string[]) {
  const functions = code.map((content, index) => {
    return [{ path: index === 0 ? handler : `var/task/http/get-${index}/index.cjs`, content }]
  })
  const image = smallImage({
    layers: [[{ path: 'base', content: 'x' }], ...functions],
    labels: { [imageLabels.parts]: JSON.stringify({ base: 1, app: code.length }) },
  })
  for (const blob of [image.config, ...image.layers]) await pushBlob(place, blob.bytes)
  await pushManifest(place, image.manifest.bytes, image.manifest.mediaType, tag)
  const served = await repository.getManifest(tag)
  if (served === undefined) throw new Error(`${tag} is not there`)
  return served
}

function image(startCheck: 'on' | 'strict' | 'off', greeting = 'hello'): PlannedImage {
  const plain = dockerfileImage('/app')
  return {
    ...plain,
    settings: { ...plain.settings, startCheck },
    functions: [
      {
        logicalId: 'GetIndex',
        pragma: 'http',
        name: 'get /',
        folder: 'http/get-index',
        sourceDirectory: '/app',
        entryFile: '/app/index.js',
        handlerExport: 'handler',
        command: 'http/get-index/index.handler',
        environment: { GREETING: greeting },
      },
    ],
  }
}

/** What the stack's template says of starts, which is nothing unless a test has it otherwise. */
let deployed: DeployedProofs = async () => false

async function start(
  cacheDirectory: string,
  found: Awaited<ReturnType<Parameters<typeof createStart>[0]['findRunner']>>,
  planned: PlannedImage,
  ...code: readonly string[]
) {
  const served = await push('t', code.length === 0 ? ['exports.handler = 1\n'] : code)
  const run = createStart({
    repository: async () => repository,
    findRunner: async () => found,
    cacheDirectory,
    progress: () => {},
    deployed,
    release: '1.0.0',
  })
  const report = {
    name: 'img',
    architecture: 'arm64',
    outcome: 'built',
    parts: [],
    milliseconds: 1,
  } as const
  return await run({
    image: planned,
    bundle,
    identity: digestOf('definition'),
    tag: 't',
    imageUri: 'r@sha256:1',
    pushed: { served, report },
    notes: ['before'],
    entryPoint: ['/start'],
  })
}

t.test('what came up is not started again, until something of it changes', async (t) => {
  const cache = t.testdir()
  const { asked, found } = scripted(up)
  t.strictSame((await start(cache, found, image('on'))).notes, ['before'])
  t.strictSame(asked, ['prepare', '/start http/get-index/index.handler', 'close'])
  await start(cache, found, image('on'))
  t.equal(asked.length, 3)
  await start(cache, found, image('on', 'another environment'))
  t.equal(asked.length, 6)
  await start(cache, found, image('on'), 'exports.handler = 2\n')
  t.equal(asked.length, 9)
})

t.test('what did not is started again', async (t) => {
  const cache = t.testdir()
  const { asked, found } = scripted(failing('Runtime.HandlerNotFound'))
  const message = /'get \/' does not start: Runtime\.HandlerNotFound: no\./
  for (const _ of [1, 2]) {
    await t.rejects(start(cache, found, image('on')), { code: 'START_REFUSED', message })
  }
  t.equal(asked.length, 6)
})

t.test('the three settings', async (t) => {
  const { found } = scripted(failing('TypeError'))
  t.match(await start(t.testdir(), found, image('on')), {
    notes: ['before', /'get \/' did not start here; Lambda may differ: TypeError: no\./],
  })
  await t.rejects(start(t.testdir(), found, image('strict')), { code: 'START_REFUSED' })
  const nothing = scripted(up)
  t.strictSame((await start(t.testdir(), nothing.found, image('off'))).notes, ['before'])
  t.strictSame(nothing.asked, [])
})

t.test('where nothing can be started', async (t) => {
  const unable = { unable: 'no namespaces' }
  t.match(await start(t.testdir(), unable, image('on')), {
    notes: ['before', "1 function of image 'img' not started here: no namespaces"],
  })
  await t.rejects(start(t.testdir(), unable, image('strict')), { code: 'START_IMPOSSIBLE' })
  const late = scripted([{ kind: 'unable', reason: 'Operation not permitted' }])
  t.match(await start(t.testdir(), late.found, image('on')), { notes: [/before/, /not permitted/] })
})

t.test('when only the functions changed, nothing else is fetched', async (t) => {
  const cache = t.testdir()
  const { asked, found } = scripted(up)
  await start(cache, found, image('on'))
  await rm(`${cache}/layers`, { recursive: true, force: true })
  const asks = () => registry.journal.filter(({ method }) => method === 'GET').length
  const before = asks()
  const { notes } = await start(cache, found, image('on'), 'exports.handler = 3\n')
  t.match(notes, [/before/, /came up before and are not in the cache/])
  t.equal(asked.length, 3)
  t.equal(asks() - before, 2, 'manifest and config')
})

t.test('whichever of the layers of functions changed, those below came up before', async (t) => {
  const cache = t.testdir()
  const { asked, found } = scripted(up)
  await start(cache, found, image('on'), 'exports.handler = 1\n', 'exports.other = 1\n')
  await rm(`${cache}/layers`, { recursive: true, force: true })
  for (const code of [
    ['exports.handler = 3\n', 'exports.other = 1\n'],
    ['exports.handler = 1\n', 'exports.other = 3\n'],
    ['exports.handler = 1\n', 'exports.other = 1\n', 'exports.third = 1\n'],
  ]) {
    const { notes } = await start(cache, found, image('on'), ...code)
    t.match(notes, [/before/, /came up before and are not in the cache/])
  }
  t.equal(asked.length, 3)
})

t.test('what came up at an earlier deploy of the stack, by its template', async (t) => {
  const { asked, found } = scripted(up)
  const { proven } = await start(t.testdir(), found, image('on'))
  const [proof = ''] = proven?.get('GetIndex') ?? []
  t.match(proof, /^[0-9a-f]{32}$/)
  t.teardown(() => {
    deployed = async () => false
  })
  deployed = async (claim) => claim.lambda.logicalId === 'GetIndex' && claim.proof === proof
  const again = await start(t.testdir(), found, image('on'))
  t.equal(asked.length, 3, 'is not started on another machine')
  t.strictSame(again.proven, proven, 'and what is said of it stays')
  t.equal((await start(t.testdir(), { unable: 'no' }, image('strict'))).proven?.size, 1)
  await start(t.testdir(), found, image('on', 'another environment'))
  t.equal(asked.length, 6, 'is started with another environment')
  await start(t.testdir(), found, image('on'), 'exports.handler = 4\n')
  t.equal(asked.length, 9, 'is started with other code')
})

t.test('what did not come up, or was not started, is no proof', async (t) => {
  const proofOf = async (...options: Parameters<typeof start>) =>
    (await start(...options)).proven?.get('GetIndex') ?? []
  const failed = scripted(failing('TypeError')).found
  t.strictSame(await proofOf(t.testdir(), failed, image('on')), [])
  t.strictSame(await proofOf(t.testdir(), { unable: 'no' }, image('on')), [])
  t.strictSame(await proofOf(t.testdir(), scripted(up).found, image('off')), [])
})
