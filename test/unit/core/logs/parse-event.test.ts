import t from 'tap'

import { formatEntry } from '../../../../plugin/core/logs/format-entry.ts'
import { parseEvent } from '../../../../plugin/core/logs/parse-event.ts'
import { parseSince } from '../../../../plugin/core/logs/parse-since.ts'

const requestId = '3f2a7c1e-0b7d-4a52-9d1f-7c0d9e1a2b3c'
const at = '2026-11-02T14:28:05.123Z'
const time = Date.parse(at)
const parse = (message: string) => parseEvent({ id: 'e', time, stream: 's', message })
const json = (fields: object) => parse(JSON.stringify(fields))
const frames = ['at handler (/var/task/http/get-index/index.cjs:1:20)', 'at Runtime.handle']

t.test('text of Node: lines with level and request, line breaks kept together', (t) => {
  t.strictSame(parse(`${at}\t${requestId}\tINFO\tone\r    two\n`), {
    kind: 'line',
    time,
    requestId,
    level: 'INFO',
    text: 'one\n    two',
  })
  t.strictSame(parse(`${at}\tundefined\tWARN\tat the start\n`), {
    kind: 'line',
    time,
    level: 'WARN',
    text: 'at the start',
  })
  t.strictSame(parse('only printed'), { kind: 'line', time, text: 'only printed' })
  t.match(parse('{ not: json'), { kind: 'line', text: '{ not: json' })
  t.end()
})

t.test('errors that end an invocation or the start', (t) => {
  const thrown = {
    errorType: 'TypeError',
    errorMessage: 'no\nreally',
    stack: ['TypeError: no', 'really', ...frames.map((frame) => `    ${frame}`)],
  }
  const expected = { kind: 'error', name: 'TypeError', message: 'no\nreally', stack: frames }
  for (const words of ['Invoke Error', 'Uncaught Exception', 'Unhandled Promise Rejection'])
    t.match(parse(`${at}\t${requestId}\tERROR\t${words} \t${JSON.stringify(thrown)}\n`), {
      ...expected,
      requestId,
    })
  t.match(parse(`${at} ${requestId} Task timed out after 3.00 seconds\n\n`), {
    kind: 'error',
    requestId,
    name: 'timeout',
    message: 'Task timed out after 3.00 seconds',
  })
  t.match(
    parse(
      `RequestId: ${requestId} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n`,
    ),
    { kind: 'error', name: 'Runtime.ExitError', message: /signal: killed/ },
  )
  t.match(parse('INIT_REPORT Init Duration: 9999.96 ms\tPhase: init\tStatus: timeout'), {
    kind: 'error',
    name: 'init timeout',
  })
  t.end()
})

t.test('an error that is logged, and one of Python', (t) => {
  const trace = `Error: no\n    ${frames.join('\n    ')}`
  t.match(parse(`${at}\t${requestId}\tERROR\tfailed: ${trace}`), { kind: 'error', stack: frames })
  t.match(parse(`${at}\t${requestId}\tERROR\tjust words`), { kind: 'line', level: 'ERROR' })
  const python =
    'Traceback (most recent call last):\n  File "/var/task/a.py", line 2, in f\n    g()'
  t.match(parse(`[ERROR] ValueError: no\n${python}`), {
    kind: 'error',
    name: 'ValueError',
    message: 'no',
    stack: ['  File "/var/task/a.py", line 2, in f', '    g()'],
  })
  t.match(parse(`[INFO]\t${at}\t${requestId}\thello`), { kind: 'line', requestId, text: 'hello' })
  t.end()
})

t.test('reports of a warm and of a cold start', (t) => {
  const warm = `REPORT RequestId: ${requestId}\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t`
  t.strictSame(parse(`${warm}\n`), {
    kind: 'report',
    time,
    requestId,
    duration: 12.34,
    billed: 13,
    memory: 128,
    maximumUsed: 90,
  })
  const cold = parse(`${warm}Init Duration: 300.10 ms\t\nXRAY TraceId: 1-2\tSegmentId: 3`)
  t.match(cold, { init: 300.1 })
  t.equal(formatEntry(cold), '3f2a7c1e  took 12 ms after a cold start of 300 ms, used 90 of 128 MB')
  const full = parse(`${warm.replace('Used: 90', 'Used: 128')}Status: timeout`)
  t.match(formatEntry(full), /timeout: took .* 128 of 128 MB, which is nearly all/)
  for (const said of [`START RequestId: ${requestId} Version: $LATEST`, 'INIT_START Runtime'])
    t.equal(formatEntry(parse(said)), undefined, 'not worth a line')
  t.end()
})

t.test('JSON: lines, errors, and what the platform says', (t) => {
  const common = { timestamp: at, requestId }
  t.strictSame(json({ ...common, level: 'info', message: 'hello' }), {
    kind: 'line',
    time,
    requestId,
    level: 'INFO',
    text: 'hello',
  })
  t.match(json({ ...common, level: 'INFO', message: { a: 1 } }), { text: '{"a":1}' })
  const thrown = { errorType: 'TypeError', errorMessage: 'no', stackTrace: frames }
  const error = { kind: 'error', requestId, name: 'TypeError', message: 'no', stack: frames }
  t.match(json({ ...common, level: 'ERROR', message: thrown }), error)
  t.match(json({ ...common, level: 'ERROR', ...thrown }), error)
  const metrics = { durationMs: 5, billedDurationMs: 6, memorySizeMB: 128, maxMemoryUsedMB: 70 }
  const record = { requestId, metrics: { ...metrics, initDurationMs: 200 }, status: 'success' }
  t.strictSame(json({ time: at, type: 'platform.report', record }), {
    kind: 'report',
    time,
    requestId,
    duration: 5,
    billed: 6,
    init: 200,
    memory: 128,
    maximumUsed: 70,
  })
  t.match(json({ type: 'platform.report', record: { ...record, status: 'timeout' } }), {
    status: 'timeout',
  })
  t.match(json({ type: 'platform.start', record: { requestId, version: '$LATEST' } }), {
    kind: 'platform',
    text: 'start $LATEST',
  })
  t.match(
    json({ type: 'platform.initRuntimeDone', record: { status: 'error', errorType: 'Runtime.X' } }),
    { kind: 'error', name: 'Runtime.X' },
  )
  t.match(json({ own: 'shape' }), { kind: 'line', text: '{"own":"shape"}' })
  t.end()
})

t.test('how far back', (t) => {
  t.equal(parseSince('90s'), 90_000)
  t.equal(parseSince('2d'), 2 * 24 * 3_600_000)
  for (const text of ['1', 'h', '0m', '-1h', '1w', '1.5h']) t.equal(parseSince(text), undefined)
  t.end()
})
