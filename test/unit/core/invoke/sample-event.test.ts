import t from 'tap'

import { functionPragmas } from '../../../../plugin/core/arc/function-kinds.ts'
import { sampleEvent } from '../../../../plugin/core/invoke/sample-event.ts'

const moment = { requestId: '00000000-0000-4000-8000-000000000000', now: 1_700_000_000_000 }
const sample = (pragma: string, name: string) =>
  sampleEvent({ pragma, name }, { headers: [] }, moment)

const expected: Readonly<Record<(typeof functionPragmas)[number], object>> = {
  http: { version: '2.0', routeKey: 'GET /' },
  ws: { requestContext: { routeKey: '$default', eventType: 'MESSAGE' } },
  events: { Records: [{ EventSource: 'aws:sns', Sns: { Type: 'Notification', Message: '{}' } }] },
  queues: { Records: [{ eventSource: 'aws:sqs', body: '{}' }] },
  scheduled: { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} },
  'tables-streams': {
    Records: [{ eventSource: 'aws:dynamodb', eventName: 'INSERT', dynamodb: { Keys: {} } }],
  },
  customLambdas: {},
}
const names: Readonly<Record<string, string>> = { http: 'get /', ws: 'default' }

for (const pragma of functionPragmas) {
  t.test(`a sample for @${pragma}`, (t) => {
    const made = sample(pragma, names[pragma] ?? 'thing')
    t.match(made, expected[pragma])
    t.strictSame(JSON.parse(JSON.stringify(made)), made, 'JSON says all of it')
    t.end()
  })
}

t.test('WebSocket connects and messages', (t) => {
  const connect = sample('ws', 'connect')
  t.match(connect, { requestContext: { routeKey: '$connect', eventType: 'CONNECT' } })
  t.ok('headers' in connect)
  t.notOk('body' in connect)
  t.match(sample('ws', 'disconnect'), { requestContext: { eventType: 'DISCONNECT' } })
  const own = sample('ws', 'chat')
  t.match(own, { requestContext: { routeKey: 'chat' }, body: '{"action":"chat"}' })
  t.end()
})
