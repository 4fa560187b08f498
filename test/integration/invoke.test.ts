/**
 * AWS's own runtime client and emulator as judges of `arc-images invoke`: the same function gives
 * the same answer, and the same error.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import type { AnswerHead, Invocation } from '../../plugin/core/invoke/invocation.ts'
import { functionVariables } from '../../plugin/core/start/function-variables.ts'
import { followInvocation } from '../../plugin/effects/invoke/follow-invocation.ts'
import { imageRoot, rootsFolder } from '../../plugin/effects/runners/image-root.ts'
import { superviseOnNode } from '../../plugin/effects/runtime/run-on-node.ts'
import type { Supervised } from '../../plugin/effects/runtime/supervision.ts'
import { baseLayers, smallLayer } from './toolchain/base-layers.ts'
import { openStartJudges } from './toolchain/start-judges.ts'
import { askEmulator } from './toolchain/run-in-root.ts'

t.setTimeout(900_000)

interface Case {
  readonly code: string
  readonly file?: string
  readonly event?: unknown
  /** Absent: the answer is equal to what the emulator gives. */
  readonly error?: { readonly type: string | RegExp; readonly message: string | RegExp }
  readonly streamed?: boolean
  readonly alsoArm?: boolean
  /** Seconds. */
  readonly timeout?: number
}

const cases: Readonly<Record<string, Case>> = {
  'an answer': {
    code: 'exports.handler = async (event) => ({ got: event, n: [1, null, "ä€𝄞"] })\n',
    event: { a: { b: ['ä', 1.5, true] } },
    alsoArm: true,
  },
  'nothing as the answer': { code: 'exports.handler = async () => {}\n' },
  'the context': {
    code: 'exports.handler = async (e, c) => ({ left: c.getRemainingTimeInMillis() > 1000, id: /^[0-9a-f-]{36}$/.test(c.awsRequestId), name: c.functionName, memory: c.memoryLimitInMB })\n',
  },
  'a streamed answer': {
    code: 'exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.setContentType("text/plain"); stream.write("one "); await new Promise((r) => setTimeout(r, 50)); stream.write(Buffer.from([0, 255, 128])); stream.end() })\n',
    streamed: true,
    alsoArm: true,
  },
  'a streamed answer with status and headers': {
    code: 'exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: "b" } }); stream.write("body"); stream.end() })\n',
    streamed: true,
  },
  'an error': {
    code: 'class Own extends RangeError { name = "Own" }\nexports.handler = async () => { throw new Own("no ä") }\n',
    error: { type: 'Own', message: 'no ä' },
    alsoArm: true,
  },
  'what is thrown and no error': {
    code: 'exports.handler = async () => { throw "text" }\n',
    error: { type: 'string', message: 'text' },
  },
  'an error of Python': {
    file: 'index.py',
    code: 'def handler(event, context):\n  raise ValueError("no")\n',
    error: { type: 'ValueError', message: 'no' },
  },
  'an answer of Python': {
    file: 'index.py',
    code: 'def handler(event, context):\n  print("said")\n  return {"got": event}\n',
    event: [1, 2],
  },
  'an error as it is loaded': {
    code: 'throw new TypeError("at load")\n',
    error: { type: 'TypeError', message: 'at load' },
  },
  'an end while it has the event': {
    code: 'exports.handler = async () => { process.exit(3) }\n',
    error: { type: 'Runtime.ExitError', message: /Runtime exited with error: exit status 3$/ },
  },
  'an end without a reason': {
    code: 'exports.handler = async () => { process.exit(0) }\n',
    error: { type: 'Runtime.ExitError', message: /Runtime exited without providing a reason$/ },
  },
  'an end by a signal': {
    code: 'exports.handler = async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => setTimeout(() => {}, 1e6)) }\n',
    error: { type: 'Runtime.ExitError', message: /Runtime exited with error: signal: killed$/ },
  },
  'what takes too long': {
    code: 'exports.handler = () => new Promise(() => setInterval(() => {}, 1000))\n',
    error: { type: 'Sandbox.Timedout', message: /Task timed out after 2\.00 seconds$/ },
    timeout: 2,
  },
  'the largest answer': { code: `exports.handler = async () => 'x'.repeat(6291556 - 2)\n` },
  'an answer that is one byte too large': {
    code: `exports.handler = async () => 'x'.repeat(6291556 - 1)\n`,
    error: {
      type: 'Function.ResponseSizeTooLarge',
      message: /Response payload size.* exceeded maximum allowed payload size \(6291556 bytes\)/,
    },
  },
  'a body in base64': {
    code: 'exports.handler = async (event) => ({ statusCode: 200, isBase64Encoded: true, body: Buffer.from(event.body, "base64").toString("base64") })\n',
    event: { body: Buffer.from([0, 255, 1, 254]).toString('base64') },
  },
}

const { judges, skip, close } = await openStartJudges()
t.teardown(close)
const native = process.arch === 'arm64' ? 'arm64' : 'x86_64'

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
        const { file = 'index.cjs', code, event = {}, timeout = 20 } = one
        const isPython = file.endsWith('.py')
        const { layers: below, config } = bases[isPython ? 'python' : 'node']
        const folder = isPython ? 'functions/get_index' : 'http/get-index'
        const layers = [
          ...below,
          smallLayer([{ path: `var/task/${folder}/${file}`, content: code }]),
        ]
        const lambda = { logicalId: 'GetIndex', environment: {}, memory: 1024 }
        const command = `${folder}/index.handler`
        const variables = functionVariables({ ...lambda, command }, config.config?.Env ?? [])
        const environment = { ...variables.environment, AWS_LAMBDA_FUNCTION_TIMEOUT: `${timeout}` }
        const groups = [below.length, 1]
        const argv = ['/lambda-entrypoint.sh', command]

        const prepared = await runner.prepare({ layers, groups, config, architecture })
        const workingDirectory = '/var/task'
        const slowness = architecture === native ? 1 : 10
        const told = await ask(
          prepared.start({ argv, workingDirectory, environment, openNetwork: true }),
          { event, timeout, slowness },
        )
        const names = await imageRoot(layers, groups, cache)
        const run = { folder: join(cache, rootsFolder), layers: names, argv, environment }
        const emulator = join(emulators, `aws-lambda-rie-${architecture}`)
        const aws = await askEmulator(run, emulator, JSON.stringify(event))
        const judge = (t: Test, { ours, head, output, payload }: Told): void => {
          if (one.error === undefined) {
            t.equal(ours.error, undefined, output)
            const theirs = aws.kind === 'answered' ? aws.payload : Buffer.from(JSON.stringify(aws))
            t.ok(payload.equals(theirs), 'the same bytes')
            t.equal(head?.streamed, one.streamed ?? false)
            t.ok((ours.peakMemory ?? 0) > 10_000_000, `${ours.peakMemory}`)
            t.ok((ours.initMilliseconds ?? 0) > 10)
          } else {
            t.match(ours.error, one.error, output)
            // Of a function that takes too long the emulator has words of its own.
            if (aws.kind === 'error') {
              t.equal(ours.error?.type, aws.errorType)
              t.equal(withoutId(ours.error?.message), withoutId(aws.errorMessage))
            }
          }
        }
        judge(t, told)
        if (isPython || architecture !== native) return
        await t.test("on this machine's own Node, without the image", async (t) => {
          const taskRoot = await mkdtemp(join(cache, 'task-'))
          await mkdir(join(taskRoot, folder), { recursive: true })
          await writeFile(join(taskRoot, folder, file), code)
          const own = { ...environment, PATH: process.env['PATH'] ?? '', NODE_OPTIONS: '' }
          const supervised = superviseOnNode({ taskRoot, nodeVersion: 24, environment: own })
          judge(t, await ask(supervised, { event, timeout, slowness }))
        })
      })
    }
  })
}

interface Told {
  readonly ours: Invocation
  readonly head: AnswerHead | undefined
  readonly output: string
  readonly payload: Buffer
}

async function ask(
  supervised: Supervised,
  given: { readonly event: unknown; readonly timeout: number; readonly slowness: number },
): Promise<Told> {
  const { event, timeout, slowness } = given
  let head: AnswerHead | undefined
  let output = ''
  const chunks: Uint8Array[] = []
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:GetIndex'
  const ours = await followInvocation(
    supervised,
    { requestId: randomUUID(), event: JSON.stringify(event), arn, timeout, slowness },
    {
      onOutput: (text) => (output += text),
      onAnswer: (answer) => (head = answer),
      onChunk: (bytes) => chunks.push(bytes),
    },
  )
  if ('kind' in ours) throw new Error(ours.reason)
  return { ours, head, output, payload: Buffer.concat(chunks) }
}

function withoutId(message = ''): string {
  return message.replace(/RequestId: \S+/, 'RequestId: ID')
}
