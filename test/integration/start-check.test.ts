/**
 * AWS's own runtime emulator as judge of the start check, and of our stand-in of the Runtime API: on
 * each image all three say the same of whether, and why not, its function comes up.
 */
import { join } from 'node:path'
import t from 'tap'

import { checkContents } from '../../plugin/core/image/check-contents.ts'
import { treeOf } from '../../plugin/core/image/image-tree.ts'
import type { ImageFunction, PlannedImage } from '../../plugin/core/model.ts'
import { functionVariables } from '../../plugin/core/start/function-variables.ts'
import { judgeStart } from '../../plugin/core/start/judge-start.ts'
import type { ImageLayer } from '../../plugin/effects/image/image-layers.ts'
import { followStart } from '../../plugin/effects/start/follow-start.ts'
import { imageRoot, rootsFolder } from '../../plugin/effects/runners/image-root.ts'
import { readAsker } from '../../plugin/effects/start/read-asker.ts'
import { ContainerImageError } from '../../plugin/errors.ts'
import type { LambdaArchitecture } from '../../plugin/oci/platform.ts'
import type { SmallEntry } from '../stand-in/registry/small-image.ts'
import { dockerfileImage } from '../unit/effects/dockerfile/dockerfile-image.ts'
import { baseLayers, smallLayer } from './toolchain/base-layers.ts'
import { openStartJudges } from './toolchain/start-judges.ts'
import { askEmulator, askStandIn } from './toolchain/run-in-root.ts'

t.setTimeout(900_000)

interface Case {
  /** Files beside the handler's, or anywhere when absolute. */
  readonly files: Readonly<Record<string, string | SmallEntry>>
  readonly entry?: readonly string[]
  readonly command?: readonly string[]
  readonly language?: 'python'
  readonly environment?: Readonly<Record<string, unknown>>
  /** `answered`, or the type of error that AWS's emulator gives. */
  readonly aws: string
  /** What becomes of the deploy. */
  readonly verdict: 'starts' | 'refused' | 'unproven'
  /** Where Lambda's own process cannot say as much as the emulator around it. */
  readonly standIn?: string
  /** Slow processors are emulated; a few cases are enough there. */
  readonly alsoArm?: boolean
}

const exit = 'Runtime.ExitError'
const invalid = 'Runtime.InvalidEntrypoint'
const good = 'exports.handler = async () => ({ statusCode: 200 })\n'
const handler = (text: string) => ({ 'index.cjs': text })
const script = (text: string, mode = 0o755): SmallEntry => ({
  path: 'start.sh',
  mode,
  content: text,
})
const elf = (machine: number): Buffer => {
  const head = Buffer.alloc(64)
  head.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(machine, 18)
  return head
}
/** RISC-V: of Lambda's own two, the other one may be emulated here. */
const foreign = 0xf3

const cases: Readonly<Record<string, Case>> = {
  'a handler in CommonJS': {
    files: handler(good),
    aws: 'answered',
    verdict: 'starts',
    alsoArm: true,
  },
  'a handler in an ES module': {
    files: { 'index.mjs': 'export const handler = async () => 1\n' },
    aws: 'answered',
    verdict: 'starts',
  },
  'a streaming handler': {
    files: handler(
      'exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.end("x") })\n',
    ),
    aws: 'answered',
    verdict: 'starts',
    alsoArm: true,
  },
  'a Python handler': {
    files: { 'index.py': 'def handler(event, context):\n  return 1\n' },
    language: 'python',
    aws: 'answered',
    verdict: 'starts',
    alsoArm: true,
  },
  'a Python package that is missing': {
    files: { 'index.py': 'import numpy\ndef handler(event, context):\n  return 1\n' },
    language: 'python',
    aws: 'Runtime.ImportModuleError',
    verdict: 'refused',
  },
  'a Python syntax error': {
    files: { 'index.py': 'def handler(event, context)\n  return 1\n' },
    language: 'python',
    aws: 'Runtime.UserCodeSyntaxError',
    verdict: 'refused',
  },
  'an entry point for another machine': {
    files: {
      ...handler(good),
      entry: { path: 'entry', mode: 0o755, content: elf(foreign) },
    },
    entry: ['/entry'],
    aws: invalid,
    verdict: 'refused',
    standIn: exit,
  },
  'an entry point that is not there': {
    files: handler(good),
    entry: ['/docker-entrypoint.sh'],
    aws: invalid,
    verdict: 'refused',
    standIn: exit,
    alsoArm: true,
  },
  'an entry point that was whited out': {
    files: { ...handler(good), gone: { path: '.wh.lambda-entrypoint.sh' } },
    aws: invalid,
    verdict: 'refused',
    standIn: exit,
  },
  'an entry point that is not executable': {
    files: {
      ...handler(good),
      entry: script('#!/bin/sh\nexec /lambda-entrypoint.sh "$@"\n', 0o644),
    },
    entry: ['/start.sh'],
    aws: invalid,
    verdict: 'refused',
    standIn: exit,
  },
  'an entry script with carriage returns': {
    files: {
      ...handler(good),
      entry: script('#!/bin/sh\r\nexec /lambda-entrypoint.sh "$@"\r\n'),
    },
    entry: ['/start.sh'],
    aws: invalid,
    verdict: 'refused',
    standIn: exit,
  },
  "an entry script without '#!'": {
    files: { ...handler(good), entry: script('exec /lambda-entrypoint.sh "$@"\n') },
    entry: ['/start.sh'],
    aws: invalid,
    verdict: 'refused',
    // The shell that starts it here runs such a file by itself.
    standIn: 'answered',
  },
  'the Command as entry point': {
    files: handler(good),
    entry: ['http/get-index/index.handler'],
    command: [],
    aws: invalid,
    verdict: 'refused',
    standIn: exit,
  },
  'no Command': { files: handler(good), command: [], aws: exit, verdict: 'unproven' },
  'a handler file that is not there': {
    files: { 'other.cjs': good },
    aws: 'Runtime.ImportModuleError',
    verdict: 'unproven',
  },
  'a package that is missing': {
    files: handler("require('nothing-of-that-name')\n"),
    aws: 'Runtime.ImportModuleError',
    verdict: 'refused',
    alsoArm: true,
  },
  'a package that is missing, by a computed name': {
    files: handler("require(['nothing', process.env.DRIVER].join('-'))\n"),
    aws: 'Runtime.ImportModuleError',
    verdict: 'unproven',
  },
  'an export that is missing': {
    files: handler('exports.other = async () => 1\n'),
    aws: 'Runtime.HandlerNotFound',
    verdict: 'refused',
    alsoArm: true,
  },
  "a handler's name with two dots": {
    files: handler(good),
    command: ['http/../http/get-index/index.handler'],
    aws: 'Runtime.MalformedHandlerName',
    verdict: 'refused',
  },
  'ES syntax in CommonJS': {
    files: handler('export const handler = async () => 1\n'),
    aws: 'Runtime.UserCodeSyntaxError',
    verdict: 'refused',
  },
  'JSON of a variable that is not known yet': {
    files: handler(`JSON.parse(process.env.CONFIG)\n${good}`),
    environment: { CONFIG: { Ref: 'Config' } },
    aws: 'Runtime.UserCodeSyntaxError',
    verdict: 'unproven',
  },
  'a callback handler that a wrapper returns': {
    files: handler(
      'const wrap = (f) => (a, b, c) => f(a, b, c)\nexports.handler = wrap((e, c, done) => done())\n',
    ),
    aws: 'Runtime.CallbackHandlerDeprecated',
    verdict: 'refused',
  },
  'a native file that is none': {
    files: { ...handler("require('./native.node')\n"), 'native.node': 'no ELF' },
    aws: 'Error',
    verdict: 'refused',
    alsoArm: true,
  },
  'an environment that a validator refuses': {
    files: handler(
      `if (!/^https/.test(process.env.URL)) throw new TypeError('URL is none')\n${good}`,
    ),
    environment: { URL: { 'Fn::GetAtt': ['Api', 'Url'] } },
    aws: 'TypeError',
    verdict: 'unproven',
  },
  'a write beside /tmp': {
    files: handler("require('node:fs').mkdirSync('/var/task/data')\n"),
    aws: 'Error',
    verdict: 'refused',
  },
  "a file that Lambda's user may not read": {
    files: {
      ...handler("require('node:fs').readFileSync(__dirname + '/key')\n"),
      key: { path: 'var/task/http/get-index/key', mode: 0o600, content: 'x' },
    },
    aws: 'Error',
    verdict: 'refused',
  },
  'a rejection that nobody handles': {
    files: handler(`${good}Promise.reject(new Error('late'))\n`),
    aws: exit,
    verdict: 'unproven',
    alsoArm: true,
  },
  'an end without a word': {
    files: handler('process.exit(0)\n'),
    aws: exit,
    verdict: 'unproven',
  },
  'an end with a code': { files: handler('process.exit(3)\n'), aws: exit, verdict: 'unproven' },
}

const { judges, skip, close } = await openStartJudges()
t.teardown(close)
const native: LambdaArchitecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'

for (const architecture of ['x86_64', 'arm64'] as const) {
  t.test(architecture, { skip }, async (t) => {
    if (judges === undefined) throw new Error('unreachable')
    const { cache, runner, emulators } = judges
    const bases = {
      node: await baseLayers('nodejs', architecture),
      python: await baseLayers('python', architecture),
    }
    for (const [name, one] of Object.entries(cases)) {
      if (architecture !== native && one.alsoArm !== true) continue
      t.test(name, async (t) => {
        const { layers: below, config } = bases[one.language ?? 'node']
        const layers = [...below, smallLayer(entriesOf(one))]
        const groups = [below.length, 1]
        const lambda = functionOf(one)
        const argv = [
          ...(one.entry ?? ['/lambda-entrypoint.sh']),
          ...(one.command ?? [lambda.command]),
        ]
        const variables = functionVariables(lambda, config.config?.Env ?? [])
        const { environment } = variables

        const names = await imageRoot(layers, groups, cache)
        const folder = join(cache, rootsFolder)
        const run = { folder, layers: names, argv, environment }
        const emulator = join(emulators, `aws-lambda-rie-${architecture}`)
        const aws = await askEmulator(run, emulator)
        t.equal(
          aws.kind === 'error' ? aws.errorType : aws.kind,
          one.aws,
          `AWS: ${JSON.stringify(aws)}`,
        )
        const standIn = await askStandIn(run)
        t.equal(
          standIn.kind === 'error' ? standIn.errorType : standIn.kind,
          one.standIn ?? one.aws,
          `the stand-in: ${JSON.stringify(standIn)}`,
        )

        const image: PlannedImage = {
          ...dockerfileImage('/app'),
          architecture,
          ...(one.language && { language: one.language, nodeVersion: 0 }),
          functions: [lambda],
        }
        const contents = await refusalOf(image, layers, config, argv)
        if (contents !== undefined) {
          t.equal(one.verdict, 'refused', contents.message)
          t.match(contents.code, /^IMAGE_(?:ENTRY_POINT_UNFIT|PLATFORM_WRONG)$/)
          t.match(contents.message, invalid)
          return
        }
        const prepared = await runner.prepare({ layers, groups, config, architecture })
        const order = { argv, workingDirectory: '/var/task', environment }
        const outcome = await followStart(prepared.start(order), 60)
        if (outcome.kind === 'unable') throw new Error(outcome.reason)
        const ours = judgeStart(outcome, {
          name,
          memory: 1024,
          timeout: 3,
          placeholders: variables.placeholders,
          emulated: architecture !== native,
          ...(await readAsker(outcome, layers, lambda)),
        })
        t.equal(ours.kind, one.verdict, JSON.stringify(ours))
        const seen = outcome.kind === 'init-error' ? outcome.error.type : outcome.kind
        const said: Readonly<Record<string, unknown>> = {
          ready: 'answered',
          crashed: exit,
          exit,
          timeout: exit,
        }
        t.equal(said[seen] ?? seen, one.aws, 'ours says what AWS says')
        if (aws.kind === 'error' && outcome.kind === 'init-error')
          t.equal(outcome.error.message, aws.errorMessage, 'word for word')
      })
    }
  })
}

/** Python looks for `http` in its own library. */
function folderOf(language: Case['language']): string {
  return language === 'python' ? 'functions/get_index' : 'http/get-index'
}

function entriesOf({ files, language }: Case): readonly SmallEntry[] {
  return Object.entries(files).map(([name, file]) =>
    typeof file === 'string'
      ? { path: `var/task/${folderOf(language)}/${name}`, content: file }
      : file,
  )
}

function functionOf({ environment = {}, language }: Case): ImageFunction {
  return {
    logicalId: 'GetIndex',
    pragma: 'http',
    name: 'get /',
    folder: folderOf(language),
    sourceDirectory: '/app/src/http/get-index',
    entryFile: `/app/src/http/get-index/index.${language === 'python' ? 'py' : 'js'}`,
    handlerExport: 'handler',
    command: `${folderOf(language)}/index.handler`,
    environment,
    memory: 1024,
  }
}

async function refusalOf(
  image: PlannedImage,
  layers: readonly ImageLayer[],
  config: Parameters<typeof checkContents>[1]['config'],
  argv: readonly string[],
): Promise<ContainerImageError | undefined> {
  const tree = treeOf(await Promise.all(layers.map((layer) => layer.entries())))
  try {
    checkContents(image, { uri: 'app@sha256:1', config, tree }, argv)
    return undefined
  } catch (error) {
    if (error instanceof ContainerImageError) return error
    throw error
  }
}
