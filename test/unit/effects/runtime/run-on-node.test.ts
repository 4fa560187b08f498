import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'

import { type AnswerHead } from '../../../../plugin/core/invoke/invocation.ts'
import { removeFolder } from '../../../../plugin/effects/cache/remove-folder.ts'
import { followInvocation } from '../../../../plugin/effects/invoke/follow-invocation.ts'
import { superviseOnNode } from '../../../../plugin/effects/runtime/run-on-node.ts'

interface Case {
  readonly code: string
  readonly file?: string
  readonly event?: unknown
  readonly nodeVersion?: number
  readonly handler?: string
  /** Seconds. */
  readonly timeout?: number
}

async function run({ file = 'index.cjs', event = {}, nodeVersion = 24, ...given }: Case) {
  const root = await mkdtemp(join(tmpdir(), 'on-node-'))
  const written = join(root, 'http/get-index', file)
  await mkdir(dirname(written), { recursive: true })
  await writeFile(written, given.code)
  let output = ''
  let head: AnswerHead | undefined
  const chunks: Uint8Array[] = []
  const environment = {
    _HANDLER: given.handler ?? 'http/get-index/index.handler',
    AWS_LAMBDA_FUNCTION_NAME: 'GetIndex',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    // tap puts hooks of its own into whatever a test starts.
    NODE_OPTIONS: '',
  }
  try {
    const outcome = await followInvocation(
      superviseOnNode({ taskRoot: root, nodeVersion, environment }),
      {
        requestId: 'id-1',
        event: JSON.stringify(event),
        arn: 'arn:x',
        timeout: given.timeout ?? 20,
        slowness: 1,
      },
      {
        onOutput: (text) => (output += text),
        onAnswer: (answer) => (head = answer),
        onChunk: (bytes) => chunks.push(bytes),
      },
    )
    if ('kind' in outcome) throw new Error(outcome.reason)
    return { ...outcome, head, payload: Buffer.concat(chunks).toString(), output }
  } finally {
    await removeFolder(root)
  }
}

const stream = (body: string): string =>
  `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => { ${body} })\n`

const answers: Readonly<Record<string, readonly [Case, object]>> = {
  'an answer': [
    { code: 'exports.handler = async (event) => ({ got: event })\n', event: { a: 'ä' } },
    { payload: '{"got":{"a":"ä"}}', head: { streamed: false }, error: undefined },
  ],
  'nothing as the answer': [
    { code: 'exports.handler = async () => {}\n' },
    { payload: 'null', error: undefined },
  ],
  'an ES module': [
    {
      file: 'index.mjs',
      code: 'export const handler = async () => import.meta.dirname.length > 1\n',
    },
    { payload: 'true' },
  ],
  'a nested export': [
    {
      code: 'exports.api = { handler: async () => 1 }\n',
      handler: 'http/get-index/index.api.handler',
    },
    { payload: '1' },
  ],
  'the context': [
    {
      code: 'exports.handler = async (e, c) => [c.awsRequestId, c.invokedFunctionArn, c.functionName, c.memoryLimitInMB, c.getRemainingTimeInMillis() > 1000]\n',
    },
    { payload: '["id-1","arn:x","GetIndex","1024",true]' },
  ],
  'what it prints': [
    { code: 'exports.handler = async () => { console.warn("a %s", "b") }\n' },
    { output: /^\d{4}-\S+Z\tid-1\tWARN\ta b\n$/ },
  ],
  'a callback of Node 22': [
    { nodeVersion: 22, code: 'exports.handler = (e, c, done) => setTimeout(done, 5, null, 2)\n' },
    { payload: '2' },
  ],
  'neither a callback nor a promise, of Node 22': [
    { nodeVersion: 22, code: 'exports.handler = () => 3\n' },
    { payload: 'null', error: undefined },
  ],
  'a streamed answer': [
    {
      code: stream('stream.setContentType("text/plain"); stream.write("one "); stream.end("two")'),
    },
    { payload: 'one two', head: { streamed: true, contentType: 'text/plain' } },
  ],
  'a streamed answer with a head': [
    {
      code: stream(
        'stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); stream.write("x"); stream.end()',
      ),
    },
    {
      payload: `{"statusCode":201}${'\0'.repeat(8)}x`,
      head: { contentType: 'application/vnd.awslambda.http-integration-response' },
    },
  ],
}

for (const [name, [given, wanted]] of Object.entries(answers))
  t.test(name, async (t) => {
    const seen = await run(given)
    t.match(seen, wanted)
    t.equal(seen.error, undefined, seen.output)
  })

const failures: Readonly<Record<string, readonly [Case, object]>> = {
  'an error': [
    { code: 'exports.handler = async () => { throw new RangeError("no") }\n' },
    { phase: 'invoke', type: 'RangeError', message: 'no' },
  ],
  'what is thrown and no error': [
    { code: 'exports.handler = async () => { throw "text" }\n' },
    { type: 'string', message: 'text' },
  ],
  "a callback's error": [
    { nodeVersion: 22, code: 'exports.handler = (e, c, done) => done(new TypeError("no"))\n' },
    { phase: 'invoke', type: 'TypeError' },
  ],
  'a callback in Node 24': [
    { code: 'exports.handler = (e, c, done) => done()\n' },
    { phase: 'init', type: 'Runtime.CallbackHandlerDeprecated' },
  ],
  'an error as it is loaded': [
    { code: 'throw new TypeError("at load")\n' },
    { phase: 'init', type: 'TypeError', message: 'at load' },
  ],
  'a syntax error': [
    { code: 'const const\n' },
    { phase: 'init', type: 'Runtime.UserCodeSyntaxError' },
  ],
  'a missing package': [
    { code: 'require("not-there")\n' },
    { phase: 'init', type: 'Runtime.ImportModuleError', message: /Cannot find module 'not-there'/ },
  ],
  'another export': [
    { code: 'exports.other = 1\n' },
    { phase: 'init', type: 'Runtime.HandlerNotFound' },
  ],
  'an end while it has the event': [
    { code: 'exports.handler = async () => process.exit(3)\n' },
    { type: 'Runtime.ExitError', message: /exit status 3$/ },
  ],
  'what takes too long': [
    {
      timeout: 1,
      code: 'exports.handler = () => new Promise(() => setInterval(() => {}, 1000))\n',
    },
    { type: 'Sandbox.Timedout', message: /timed out after 1\.00 seconds$/ },
  ],
  'an error in a stream': [
    { code: stream('stream.write("half"); throw new RangeError("late")') },
    { type: 'RangeError', message: 'late' },
  ],
  'an answer that is too large': [
    { code: `exports.handler = async () => 'x'.repeat(6291556)\n` },
    { type: 'Function.ResponseSizeTooLarge' },
  ],
}

for (const [name, [given, wanted]] of Object.entries(failures))
  t.test(name, async (t) => {
    const seen = await run(given)
    t.match(seen.error, wanted, seen.output)
  })
