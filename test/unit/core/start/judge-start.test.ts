import t from 'tap'

import { parseInitError } from '../../../../plugin/core/start/init-error.ts'
import { judgeStart, type StartedFunction } from '../../../../plugin/core/start/judge-start.ts'

const lambda: StartedFunction = {
  name: "'get /'",
  memory: 512,
  timeout: 5,
  placeholders: [],
  emulated: false,
  asked: undefined,
  isUnreadable: () => false,
}
const index = '/var/task/http/get-index/index.cjs'
const place = `${index}:3`

/** What aws-lambda-ric 4.0.2 reports and prints; `code` is in its log line only. */
function initError(
  errorType: string,
  errorMessage: string,
  more: { code?: string; trace?: string[] } = {},
) {
  const { code, trace = ['    at f (/var/task/x.js:1:1)'] } = more
  const report = JSON.stringify({ errorType, errorMessage, trace })
  const output = `ERROR\tInit Error\t${JSON.stringify({ errorType, ...(code && { code }) })}`
  return { kind: 'init-error', error: parseInitError(report), seconds: 0.1, output } as const
}
const judge = (outcome: Parameters<typeof judgeStart>[0], more: Partial<StartedFunction> = {}) =>
  judgeStart(outcome, { ...lambda, ...more })

t.test('stops where nothing that is unknown can be the reason', (t) => {
  const loader = ['    at wrapSafe (node:internal/modules/cjs/loader:1861:18)']
  const missing = initError(
    'Runtime.ImportModuleError',
    `Error: Cannot find module 'pg'\nRequire stack:\n- ${index}`,
  )
  const faults: readonly (readonly [
    ReturnType<typeof initError>,
    Partial<StartedFunction>,
    RegExp,
  ])[] = [
    [initError('Runtime.HandlerNotFound', 'index.handler is undefined'), {}, /Export the handler/],
    [initError('Runtime.MalformedHandlerName', 'Bad handler'), {}, /handler's name/],
    [initError('Runtime.InvalidEntrypoint', 'exec format error'), {}, /entry point/],
    [initError('Runtime.InvalidWorkingDir', "the working directory ''"), {}, /\/var\/task/],
    [initError('Runtime.CallbackHandlerDeprecated', 'callback'), {}, /one or two parameters/],
    [
      initError('Runtime.UserCodeSyntaxError', "SyntaxError: Unexpected token 'export'", {
        trace: [`${index}:7`, 'export', ...loader],
      }),
      {},
      /Correct \/var\/task\/http\/get-index\/index\.cjs:7/,
    ],
    [
      initError(
        'Runtime.UserCodeSyntaxError',
        "Syntax error in module 'a': invalid syntax (index.py, line 3)",
        { trace: ['  File "/var/task/a/index.py" Line 3'] },
      ),
      {},
      /index\.py, line 3/,
    ],
    [
      missing,
      { asked: { place, necessity: 'eager' }, placeholders: ['TABLE'] },
      /index\.cjs:3 asks for 'pg'/,
    ],
    [missing, { asked: { place, necessity: 'lazy' } }, /asks for 'pg'/],
    [
      initError('Error', `Cannot find package 'pg' imported from ${index}`, {
        code: 'ERR_MODULE_NOT_FOUND',
      }),
      { asked: { place, necessity: 'eager' } },
      /asks for 'pg'/,
    ],
    [initError('Error', '/x.node: file too short', { code: 'ERR_DLOPEN_FAILED' }), {}, /platform/],
    [initError('ImportError', 'x.so: wrong ELF class: ELFCLASS32'), {}, /platform/],
    [
      initError('Error', "EROFS: read-only file system, mkdir '/var/task/d'", { code: 'EROFS' }),
      {},
      /Only \/tmp/,
    ],
    [initError('OSError', "[Errno 30] Read-only file system: '/var/task/d'"), {}, /Only \/tmp/],
    [
      initError('Error', "EACCES: permission denied, open '/var/task/key'", { code: 'EACCES' }),
      { isUnreadable: (path) => path === '/var/task/key' },
      /mode 0644/,
    ],
  ]
  for (const [outcome, more, message] of faults) {
    const verdict = judge(outcome, more)
    t.match(verdict, { kind: 'refused', reason: message }, outcome.error.message)
    t.match(verdict, { reason: outcome.error.message.split('\n')[0] })
    t.equal(judge(outcome, { ...more, emulated: true }).kind, 'refused', 'emulated or not')
  }
  t.end()
})

t.test('all else is a note that names what is unknown', (t) => {
  const missing = initError(
    'Runtime.ImportModuleError',
    `Error: Cannot find module 'pg'\nRequire stack:\n- ${index}`,
  )
  const cases: readonly (readonly [Parameters<typeof judgeStart>[0], Partial<StartedFunction>])[] =
    [
      [initError('Error', 'STRIPE_URL must be a URL'), { placeholders: ['STRIPE_URL'] }],
      [missing, {}],
      [missing, { asked: { place, necessity: 'lazy' }, placeholders: ['DRIVER'] }],
      [missing, { asked: { place, necessity: 'tolerated' } }],
      [
        initError('Runtime.UserCodeSyntaxError', 'SyntaxError: Unexpected token', {
          trace: ['    at JSON.parse (<anonymous>)', `    at ${index}:1:1`],
        }),
        {},
      ],
      [
        initError(
          'Runtime.UserCodeSyntaxError',
          "Syntax error in module 'a': invalid syntax (<string>, line 1)",
          { trace: [] },
        ),
        {},
      ],
      [
        initError('Error', "EROFS: read-only file system, mkdir 'known-after-deploy'", {
          code: 'EROFS',
        }),
        {},
      ],
      [initError('Error', "EACCES: permission denied, open '/mnt/data'", { code: 'EACCES' }), {}],
      [initError('TypeError', 'fetch failed'), {}],
      [
        { kind: 'crashed', seconds: 1, output: 'x\nError: late\n    at y\n\nNode.js v24.21.0\n' },
        {},
      ],
      [{ kind: 'exit', code: 1, signal: null, seconds: 1, output: '' }, { emulated: true }],
      [{ kind: 'exit', code: null, signal: 'SIGSEGV', seconds: 1, output: '' }, {}],
      [{ kind: 'timeout', seconds: 20, output: '' }, {}],
    ]
  for (const [outcome, more] of cases) {
    const verdict = judge(outcome, more)
    t.match(verdict, { kind: 'unproven', reason: /Unknown here: the network, credentials/ })
    for (const name of more.placeholders ?? []) t.match(verdict, { reason: name })
  }
  t.match(judge(cases[9]?.[0] ?? missing), { reason: /Error: late/ })
  t.end()
})

t.test('an emulated processor tells nothing of signals and time', (t) => {
  const emulated = { emulated: true }
  const signal = { kind: 'exit', code: null, signal: 'SIGSEGV', seconds: 1, output: '' } as const
  t.equal(judge(signal, emulated).kind, 'emulated')
  t.equal(judge({ ...signal, code: 139, signal: null }, emulated).kind, 'emulated')
  t.equal(judge({ kind: 'timeout', seconds: 60, output: '' }, emulated).kind, 'emulated')
  const late = { kind: 'ready', seconds: 30, output: '', peakMemory: 2 ** 30 } as const
  t.strictSame(judge(late, emulated), { kind: 'starts', notes: [] })
  t.end()
})

t.test('a function that starts late or large is told so, and starts', (t) => {
  const ready = { kind: 'ready', output: '', peakMemory: 100 * 2 ** 20 } as const
  t.strictSame(judge({ ...ready, seconds: 9.5 }), { kind: 'starts', notes: [] })
  t.match(judge({ ...ready, seconds: 12.3 }), {
    notes: [/took 12\.3 s .* 10 s, .* timeout of 5 s/],
  })
  const large = { ...ready, seconds: 1, peakMemory: 600 * 2 ** 20 }
  t.match(judge(large), { kind: 'starts', notes: [/600 MB .* 512 MB/] })
  t.end()
})

t.test('a report of any client', (t) => {
  t.strictSame(parseInitError('{"errorType":"A","errorMessage":"b","stackTrace":["c"]}'), {
    type: 'A',
    message: 'b',
    trace: ['c'],
  })
  t.strictSame(parseInitError('nonsense'), { type: 'Error', message: 'nonsense', trace: [] })
  t.end()
})
